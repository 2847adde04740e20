package io.sallyport.plugins.injection.files;

import io.sallyport.api.injection.HostInjectorContext.Drift;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at files for changes that are not ours. It asks for their stamps rather than for the
 * kernel's events: those follow inodes, miss what happens behind a bind mount, and get lost when
 * they are many; a stamp each second costs nothing and is right after the next one at the latest.
 *
 * <p>Any thread.
 */
public final class Watch implements Runnable {
  private final InstantSource clock;
  private final Drift drift;
  private final Map<Path, Optional<FileStamp>> known = new LinkedHashMap<>();
  private Optional<Reminder> reminder = Optional.empty();
  private boolean held = true;

  private record Reminder(Instant at, String what) {}

  public Watch(InstantSource clock, Drift drift) {
    this.clock = clock;
    this.drift = drift;
  }

  /** What changes from now on is ours. Forgets everything. */
  public synchronized void hold() {
    held = true;
    known.clear();
    reminder = Optional.empty();
  }

  /** From {@link #release} on, a file that differs from this was changed by somebody else. */
  public synchronized void expect(Path path, Optional<FileStamp> stamp) {
    known.put(path, stamp);
  }

  /** Asks for another look at a time, or earlier if asked for earlier. */
  public synchronized void remind(Instant at, String what) {
    if (reminder.isEmpty() || at.isBefore(reminder.get().at())) {
      reminder = Optional.of(new Reminder(at, what));
    }
  }

  public synchronized void release() {
    held = false;
  }

  /** Looks once. Tells each change once. */
  @Override
  public synchronized void run() {
    if (held) {
      return;
    }
    known.replaceAll(this::look);
    if (reminder.isPresent() && !clock.instant().isBefore(reminder.get().at())) {
      String what = reminder.get().what();
      reminder = Optional.empty();
      drift.seen(what);
    }
  }

  private Optional<FileStamp> look(Path path, Optional<FileStamp> before) {
    Optional<FileStamp> now = FileStamp.find(path);
    if (!now.equals(before)) {
      drift.seen(path + " " + what(before, now));
    }
    return now;
  }

  private static String what(Optional<FileStamp> before, Optional<FileStamp> now) {
    if (now.isEmpty()) {
      return "has vanished";
    }
    if (before.isEmpty()) {
      return "has appeared";
    }
    return before.get().identity().equals(now.get().identity())
        ? "was rewritten in place by another writer"
        : "was replaced by another writer";
  }
}
