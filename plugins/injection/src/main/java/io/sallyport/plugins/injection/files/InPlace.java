package io.sallyport.plugins.injection.files;

import io.sallyport.plugins.injection.files.FileCommit.Attempt;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a file that cannot be replaced, such as a bind-mounted one, where it stands.
 *
 * <p>A journal with the old and the new content comes first. Then one write covers the whole
 * length, old or new, whichever is longer: what the new content lacks in length is filled with line
 * feeds, so that a reader who comes before the file is cut sees empty lines and never the end of an
 * old line that now begins in its middle. A reader in the very moment of the write may see new and
 * old parts; the kernel gives no more than that for a file in place.
 */
public final class InPlace {
  private final Journal journal;
  private final Step.Trace trace;

  public InPlace(Journal journal, Step.Trace trace) {
    this.journal = journal;
    this.trace = trace;
  }

  /** Writes, if the file is still the one of the snapshot. */
  public Attempt write(Snapshot snapshot, Content content) {
    Path real = snapshot.real();
    try (FileChannel channel = FileChannel.open(real, StandardOpenOption.WRITE)) {
      return journalled(channel, snapshot, content);
    } catch (IOException readOnly) {
      return new Attempt.Barred(Failures.text(readOnly));
    }
  }

  private Attempt journalled(FileChannel channel, Snapshot snapshot, Content content) {
    Path entry;
    try {
      entry = journal.begin(new Journal.Entry(snapshot.real(), snapshot.content(), content));
    } catch (IOException noJournal) {
      return new Attempt.Failed(
          new Refusal(
              "cannot keep a journal for " + snapshot.path() + ": " + Failures.text(noJournal),
              "make room in the state directory and let this process write there"));
    }
    try {
      if (!snapshot.holds()) {
        journal.end(entry);
        return new Attempt.Overtaken();
      }
      trace.reached(Step.IN_PLACE_CHECKED);
      overwrite(channel, snapshot.content().size(), content);
      FileStamp stamp = FileStamp.of(snapshot.real());
      boolean ours = Content.of(snapshot.real()).equals(content);
      journal.end(entry);
      return ours ? new Attempt.Done(stamp) : new Attempt.Overtaken();
    } catch (IOException failed) {
      return undo(channel, snapshot, entry, failed);
    }
  }

  private Attempt undo(FileChannel channel, Snapshot snapshot, Path entry, IOException failure) {
    String reason = "cannot write " + snapshot.path() + ": " + Failures.text(failure);
    try {
      overwrite(channel, (int) channel.size(), snapshot.content());
      journal.end(entry);
      return new Attempt.Failed(new Refusal(reason, "make room on the file system"));
    } catch (IOException again) {
      return new Attempt.Failed(
          new Refusal(
              reason + ", and neither can its old content be put back",
              "both contents are in " + entry + ", and the next start tries again"));
    }
  }

  /**
   * Makes files whole whose write was interrupted. Forwards: the new content is a whole one, and
   * holds every foreign byte of the old.
   *
   * @return what a person should know
   */
  public List<String> recover() throws IOException {
    List<String> news = new ArrayList<>();
    for (Path pending : journal.pending()) {
      Optional<Journal.Entry> entry = journal.read(pending);
      if (entry.isEmpty()) {
        news.add("the journal " + journal.keepAside(pending) + " is damaged and was not used");
        continue;
      }
      Path target = entry.get().target();
      Content now = Files.exists(target) ? Content.of(target) : new Content(new byte[0]);
      Optional<Content> whole = whole(entry.get(), now);
      if (whole.isEmpty()) {
        news.add(
            target
                + " was rewritten after an interrupted write of ours; what it held before is in "
                + journal.keepAside(pending));
        continue;
      }
      if (!whole.get().equals(now)) {
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
          overwrite(channel, now.size(), whole.get());
        }
        news.add("an interrupted write of " + target + " was completed");
      }
      journal.end(pending);
    }
    return news;
  }

  public boolean interrupted() throws IOException {
    return !journal.pending().isEmpty();
  }

  /**
   * What a file should be that an interrupted write left behind, in whatever order its parts
   * reached the file; empty when the file is something else. What somebody appended since stays.
   */
  public static Optional<Content> whole(Journal.Entry entry, Content now) {
    Content before = entry.before();
    Content after = entry.after();
    if (now.equals(before) || now.equals(after)) {
      return Optional.of(now);
    }
    if (now.size() < Math.min(before.size(), after.size())) {
      return Optional.empty();
    }
    byte[] bytes = now.bytes();
    byte[] written = after.padded(before.size()).bytes();
    byte[] undone = before.padded(after.size()).bytes();
    int common = Math.min(bytes.length, written.length);
    for (int i = 0; i < common; i++) {
      if (bytes[i] != written[i] && bytes[i] != undone[i]) {
        return Optional.empty();
      }
    }
    return Optional.of(after.plus(now, common));
  }

  private void overwrite(FileChannel channel, int size, Content content) throws IOException {
    content.padded(size).writeTo(channel);
    trace.reached(Step.IN_PLACE_WRITTEN);
    channel.truncate(content.size());
    trace.reached(Step.IN_PLACE_CUT);
    channel.force(true);
    trace.reached(Step.IN_PLACE_SYNCED);
  }
}
