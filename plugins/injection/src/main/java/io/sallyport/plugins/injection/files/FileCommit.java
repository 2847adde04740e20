package io.sallyport.plugins.injection.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Edits a file that others read at any time and edit without asking, so that it is whole at every
 * moment and nobody's edit is lost.
 *
 * <pre>
 * read ── edit ── same? ─► kept
 *   ▲       │
 *   │       ▼
 *   │  temporary file beside it, same owner, mode and label, synced ── cannot? ─► {@link InPlace}
 *   │       │
 *   │       ▼
 *   ├── changed meanwhile? ── exchange the two names ── sync directory ─► written
 *   │                              │
 *   └── exchange back ◄── the file that came out is not the one that was read
 * </pre>
 *
 * <p>Exchanging, rather than renaming over, hands us the file that was there: an edit that somebody
 * made between the last look and the exchange is found in it and put back. Where the kernel or the
 * file system cannot exchange, a plain rename follows the last look at once.
 *
 * <p>Containers that share a directory, but have a file of their own mounted in it, share the
 * temporary file's name. Who finds it gone has been overtaken, and begins again.
 */
public final class FileCommit {
  private static final int ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final InPlace inPlace;
  private final Linux linux;
  private final Step.Trace trace;

  public FileCommit(InPlace inPlace, Linux linux, Step.Trace trace) {
    this.inPlace = inPlace;
    this.linux = linux;
    this.trace = trace;
  }

  /** How one attempt ended. */
  public sealed interface Attempt {
    /** The new content is there. */
    record Done(FileStamp stamp) implements Attempt {}

    /** Somebody else wrote; nothing of ours is there. */
    record Overtaken() implements Attempt {}

    /**
     * This way is barred; nothing was done.
     *
     * @param reason what the system said
     */
    record Barred(String reason) implements Attempt {}

    /** Nothing was done, and no other way will do. */
    record Failed(Refusal refusal) implements Attempt {}
  }

  /**
   * Edits a file. Blocks on the disk.
   *
   * @param edit called with the content, again for each attempt; pure but for what it remembers of
   *     its last call
   */
  public Commit edit(Path path, Function<Content, Edit> edit) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Commit> end =
          switch (Snapshot.read(path)) {
            case Snapshot.Reading.Unreadable(Refusal refusal) ->
                Optional.of(new Commit.Refused(refusal));
            case Snapshot.Reading.Moving() -> Optional.empty();
            case Snapshot.Reading.Whole(Snapshot snapshot) -> once(snapshot, edit);
          };
      if (end.isPresent()) {
        return end.get();
      }
      pause();
    }
    return new Commit.Refused(
        new Refusal(
            path
                + " was changed by another writer each of the "
                + ATTEMPTS
                + " times it was edited",
            "find the writer that keeps changing it; the next attempt follows by itself"));
  }

  /** The file that an interrupted edit may leave beside the edited one; it is never needed. */
  public static Path temporaryFor(Path real) {
    return real.resolveSibling("." + real.getFileName() + ".sallyport");
  }

  /** Empty when somebody else wrote meanwhile. */
  private Optional<Commit> once(Snapshot snapshot, Function<Content, Edit> edit) {
    discard(temporaryFor(snapshot.real()));
    trace.reached(Step.READ);
    return switch (edit.apply(snapshot.content())) {
      case Edit.Keep() -> Optional.of(new Commit.Kept(snapshot.stamp()));
      case Edit.Refuse(Refusal refusal) -> Optional.of(new Commit.Refused(refusal));
      case Edit.Replace(Content content) ->
          switch (replace(snapshot, content)) {
            case Attempt.Done(FileStamp stamp) -> Optional.of(new Commit.Written(stamp));
            case Attempt.Failed(Refusal refusal) -> Optional.of(new Commit.Refused(refusal));
            case Attempt.Barred(String reason) ->
                Optional.of(new Commit.Refused(barred(snapshot.path(), reason)));
            case Attempt.Overtaken() -> Optional.empty();
          };
    };
  }

  private Attempt replace(Snapshot snapshot, Content content) {
    return switch (byRename(snapshot, content)) {
      case Attempt.Barred(String reason) ->
          switch (inPlace.write(snapshot, content)) {
            case Attempt.Barred(String also) -> new Attempt.Barred(also + "; " + reason);
            case Attempt.Done done -> done;
            case Attempt.Overtaken overtaken -> overtaken;
            case Attempt.Failed failed -> failed;
          };
      case Attempt.Done done -> done;
      case Attempt.Overtaken overtaken -> overtaken;
      case Attempt.Failed failed -> failed;
    };
  }

  private Attempt byRename(Snapshot snapshot, Content content) {
    Path real = snapshot.real();
    Path temporary = temporaryFor(real);
    try {
      if ((int) Files.getAttribute(real, "unix:nlink") > 1) {
        return new Attempt.Barred("the file has other names, which a rename would part from it");
      }
      // Takes owner, mode and every extended attribute along, the SELinux label among them.
      Files.copy(real, temporary, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      if (!ownership(temporary).equals(ownership(real))
          || !linux.label(temporary).equals(linux.label(real))) {
        Files.delete(temporary);
        return new Attempt.Barred("a new file would not have the old one's owner, mode and label");
      }
    } catch (IOException cannotCreate) {
      return new Attempt.Barred(Failures.text(cannotCreate));
    }
    trace.reached(Step.TEMPORARY_CREATED);
    try {
      fill(temporary, content);
    } catch (NoSuchFileException taken) {
      return new Attempt.Overtaken();
    } catch (IOException diskFull) {
      discard(temporary);
      return new Attempt.Failed(
          new Refusal(
              "cannot write " + temporary + ": " + Failures.text(diskFull),
              "make room on the file system"));
    }
    try {
      return swap(snapshot, temporary);
    } catch (NoSuchFileException taken) {
      return new Attempt.Overtaken();
    } catch (IOException refused) {
      discard(temporary);
      return new Attempt.Barred(Failures.text(refused));
    }
  }

  private void fill(Path temporary, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            temporary, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      content.writeTo(channel);
      trace.reached(Step.TEMPORARY_WRITTEN);
      channel.force(true);
    }
    trace.reached(Step.TEMPORARY_SYNCED);
  }

  private Attempt swap(Snapshot snapshot, Path temporary) throws IOException {
    Path real = snapshot.real();
    FileStamp stamp = FileStamp.of(temporary);
    if (!snapshot.holds()) {
      Files.delete(temporary);
      return new Attempt.Overtaken();
    }
    trace.reached(Step.CHECKED);
    if (linux.exchange(temporary, real)) {
      trace.reached(Step.RENAMED);
      if (!snapshot.is(temporary)) {
        return putBack(temporary, real);
      }
      Files.delete(temporary);
      trace.reached(Step.OLD_REMOVED);
    } else {
      Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE);
      trace.reached(Step.RENAMED);
    }
    Journal.syncDirectory(directoryOf(real));
    trace.reached(Step.DIRECTORY_SYNCED);
    return new Attempt.Done(stamp);
  }

  /** Gives the name back to what another writer put there in the last moment. */
  private Attempt putBack(Path temporary, Path real) throws IOException {
    if (!linux.exchange(temporary, real)) {
      return new Attempt.Failed(
          new Refusal(
              "what another writer put into " + real + " meanwhile is now in " + temporary,
              "move it back"));
    }
    Files.delete(temporary);
    return new Attempt.Overtaken();
  }

  private static Map<String, Object> ownership(Path file) throws IOException {
    return Files.readAttributes(file, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
  }

  /** Lets a writer finish that is in the middle of its work. */
  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path directoryOf(Path real) {
    Path directory = real.getParent();
    return directory == null ? real : directory;
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException stays) {
      // The next edit deletes it, or says why it cannot.
    }
  }

  private static Refusal barred(Path path, String reason) {
    return new Refusal(
        "cannot write " + path + ": " + reason,
        "let this process write the file or its directory: look for a read-only mount, an immutable"
            + " attribute (lsattr) and missing permissions");
  }
}
