package io.sallyport.plugins.injection.rendered;

import io.sallyport.plugins.injection.files.Commit;
import io.sallyport.plugins.injection.files.Content;
import io.sallyport.plugins.injection.files.Edit;
import io.sallyport.plugins.injection.files.Failures;
import io.sallyport.plugins.injection.files.FileCommit;
import io.sallyport.plugins.injection.files.FileCreation;
import io.sallyport.plugins.injection.files.FileCreation.Creation;
import io.sallyport.plugins.injection.files.Refusal;
import io.sallyport.plugins.injection.files.RepairBudget;
import io.sallyport.plugins.injection.files.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A file that is ours as a whole, kept as it should be. One thread. */
final class OwnedFile {
  private final Path path;
  private final FileCommit commit;
  private final RepairBudget budget;
  private Optional<List<String>> published = Optional.empty();

  OwnedFile(Path path, FileCommit commit, RepairBudget budget) {
    this.path = path;
    this.commit = commit;
    this.budget = budget;
  }

  /** What came of keeping it. */
  sealed interface Keeping {
    /**
     * It is as it should be.
     *
     * @param changes how many lines were added or removed; 0 when nothing was written
     * @param news what a person should know all the same
     */
    record AsWanted(int changes, List<String> news) implements Keeping {}

    /**
     * Another writer changes it again and again, and for now it has its way.
     *
     * @param until when the next repair may be made
     */
    record Postponed(Refusal refusal, Instant until) implements Keeping {}

    /** It is as it was. */
    record Refused(Refusal refusal) implements Keeping {}
  }

  Path path() {
    return path;
  }

  /**
   * Makes it hold these lines.
   *
   * @param writing called before anything is written
   */
  Keeping keep(List<String> lines, Runnable writing) {
    boolean again = published.isPresent() && published.get().equals(lines);
    if (again && !present() && !budget.allows()) {
      return postponed();
    }
    Keeping keeping = present() ? edit(lines, again, writing) : create(lines, again, writing);
    if (keeping instanceof Keeping.AsWanted) {
      published = Optional.of(lines);
    }
    return keeping;
  }

  /**
   * Removes it, if it is ours.
   *
   * @param writing called before anything is removed
   */
  Keeping remove(Runnable writing) {
    published = Optional.empty();
    if (!present()) {
      return new Keeping.AsWanted(0, List.of());
    }
    return switch (Snapshot.read(path)) {
      case Snapshot.Reading.Moving() -> new Keeping.Refused(busy());
      case Snapshot.Reading.Unreadable(Refusal refusal) -> new Keeping.Refused(refusal);
      case Snapshot.Reading.Whole(Snapshot snapshot) ->
          switch (OwnedText.read(snapshot.content())) {
            case OwnedText.Reading.Foreign() -> new Keeping.AsWanted(0, List.of());
            case OwnedText.Reading.Empty() -> new Keeping.AsWanted(0, List.of());
            case OwnedText.Reading.Ours(List<String> lines) -> delete(lines, writing);
            case OwnedText.Reading.Changed(List<String> lines) -> delete(lines, writing);
          };
    };
  }

  /** The lines that are there and ours; none when it is not there, or not ours. */
  List<String> present(boolean changedToo) {
    if (!(Snapshot.read(path) instanceof Snapshot.Reading.Whole(Snapshot snapshot))) {
      return List.of();
    }
    return switch (OwnedText.read(snapshot.content())) {
      case OwnedText.Reading.Ours(List<String> lines) -> lines;
      case OwnedText.Reading.Changed(List<String> lines) -> changedToo ? lines : List.of();
      case OwnedText.Reading.Empty(), OwnedText.Reading.Foreign() -> List.of();
    };
  }

  /** Why it could not be written; empty when nothing is known to stand against it. */
  Optional<Refusal> obstacle() {
    return present()
            && Snapshot.read(path) instanceof Snapshot.Reading.Whole(Snapshot snapshot)
            && OwnedText.read(snapshot.content()) instanceof OwnedText.Reading.Foreign
        ? Optional.of(foreign())
        : Optional.empty();
  }

  private boolean present() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private Keeping create(List<String> lines, boolean again, Runnable writing) {
    writing.run();
    return switch (FileCreation.create(path, OwnedText.content(lines))) {
      case Creation.Made made -> {
        List<String> news = new ArrayList<>();
        if (again) {
          budget.spend();
          news.add(path + " was removed by another writer and is back");
        }
        yield new Keeping.AsWanted(Page.changes(List.of(), lines), news);
      }
      case Creation.Overtaken() -> edit(lines, again, writing);
      case Creation.Refused(Refusal refusal) -> new Keeping.Refused(refusal);
    };
  }

  private Keeping edit(List<String> lines, boolean again, Runnable writing) {
    Decision decision = new Decision(lines, again, writing);
    return switch (commit.edit(path, decision)) {
      case Commit.Kept kept -> new Keeping.AsWanted(0, List.of());
      case Commit.Written written -> {
        List<String> news = new ArrayList<>();
        if (decision.repairs) {
          budget.spend();
          news.add(path + " was changed by another writer: it was put right");
        }
        yield new Keeping.AsWanted(Math.max(1, Page.changes(decision.before, lines)), news);
      }
      case Commit.Refused(Refusal refusal) ->
          decision.postponed ? postponed() : new Keeping.Refused(refusal);
    };
  }

  /** Decides on the file's content, and remembers how. */
  private final class Decision implements Function<Content, Edit> {
    private final Content wanted;
    private final boolean again;
    private final Runnable writing;
    private List<String> before = List.of();
    private boolean repairs;
    private boolean postponed;

    Decision(List<String> lines, boolean again, Runnable writing) {
      this.wanted = OwnedText.content(lines);
      this.again = again;
      this.writing = writing;
    }

    @Override
    public Edit apply(Content content) {
      repairs = again;
      postponed = false;
      switch (OwnedText.read(content)) {
        case OwnedText.Reading.Foreign() -> {
          return new Edit.Refuse(foreign());
        }
        case OwnedText.Reading.Empty() -> before = List.of();
        case OwnedText.Reading.Ours(List<String> old) -> before = old;
        case OwnedText.Reading.Changed(List<String> old) -> {
          before = old;
          repairs = true;
        }
      }
      if (content.equals(wanted)) {
        return new Edit.Keep();
      }
      if (again && !budget.allows()) {
        postponed = true;
        return new Edit.Refuse(quarrel());
      }
      writing.run();
      return new Edit.Replace(wanted);
    }
  }

  private Keeping delete(List<String> lines, Runnable writing) {
    writing.run();
    try {
      FileCreation.remove(path);
    } catch (IOException mounted) {
      // A file that is a mount of its own cannot go, but its lines can.
      Commit end = commit.edit(path, content -> new Edit.Replace(OwnedText.content(List.of())));
      if (end instanceof Commit.Refused) {
        return new Keeping.Refused(
            new Refusal(
                "cannot remove " + path + ": " + Failures.text(mounted),
                "let this process write its directory, or remove the file yourself"));
      }
    }
    return new Keeping.AsWanted(Math.max(1, lines.size()), List.of());
  }

  private Keeping postponed() {
    return new Keeping.Postponed(quarrel(), budget.next());
  }

  private Refusal quarrel() {
    return new Refusal(
        path
            + " was changed by another writer and repaired "
            + budget.recent()
            + " times within a minute, and waits now",
        "find the writer that changes it, and give it another file");
  }

  private Refusal foreign() {
    return new Refusal(
        path + " is not ours: it does not start with our mark",
        "move it away, or set another path; it stays as it is until then");
  }

  private Refusal busy() {
    return new Refusal(
        path + " is being written by another writer", "the next attempt follows by itself");
  }
}
