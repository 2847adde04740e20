package io.sallyport.plugins.injection.hosts;

import io.sallyport.plugins.injection.files.Commit;
import io.sallyport.plugins.injection.files.Content;
import io.sallyport.plugins.injection.files.Edit;
import io.sallyport.plugins.injection.files.FileCommit;
import io.sallyport.plugins.injection.files.FileStamp;
import io.sallyport.plugins.injection.files.Refusal;
import io.sallyport.plugins.injection.files.RepairBudget;
import io.sallyport.plugins.injection.files.Snapshot;
import io.sallyport.plugins.injection.hosts.HostsPlan.Conflict;
import io.sallyport.plugins.injection.hosts.HostsText.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A file that is kept with our lines in it: the hosts file, or the template that another tool makes
 * it from. One thread.
 */
final class KeptFile {
  private static final int MOST_CONFLICTS = 3;

  private final Path path;
  private final Owner owner;
  private final Precedence precedence;
  private final FileCommit commit;
  private final RepairBudget budget;
  private Optional<List<OwnLine>> published = Optional.empty();

  KeptFile(Path path, Owner owner, Precedence precedence, FileCommit commit, RepairBudget budget) {
    this.path = path;
    this.owner = owner;
    this.precedence = precedence;
    this.commit = commit;
    this.budget = budget;
  }

  Path path() {
    return path;
  }

  /** Brings the lines into the file, and takes all others of ours out of it. */
  Keeping keep(List<OwnLine> wanted) {
    boolean repair = published.isPresent() && published.get().equals(wanted);
    Decision decision = new Decision(wanted, repair);
    Commit end = commit.edit(path, decision);
    return switch (end) {
      case Commit.Kept(FileStamp stamp) -> {
        published = Optional.of(wanted);
        yield new Keeping.AsWanted(stamp, 0, conflicts(decision));
      }
      case Commit.Written(FileStamp stamp) -> {
        published = Optional.of(wanted);
        int changes = Math.max(1, decision.plan.map(HostsPlan::changes).orElse(0));
        List<String> news = conflicts(decision);
        if (repair) {
          budget.spend();
          news.add(repaired(changes));
        }
        orphaned().ifPresent(news::add);
        yield new Keeping.AsWanted(stamp, changes, news);
      }
      case Commit.Refused(Refusal refusal) ->
          decision.postponed
              ? new Keeping.Postponed(decision.missing(), refusal, budget.next())
              : new Keeping.Refused(refusal);
    };
  }

  /** What {@link #keep} would do, a line for each of ours. Changes nothing. */
  List<String> preview(List<OwnLine> wanted) {
    return switch (Snapshot.read(path)) {
      case Snapshot.Reading.Moving() ->
          List.of("! " + path + " is being written by another writer");
      case Snapshot.Reading.Unreadable(Refusal refusal) -> List.of("! " + refusal.text());
      case Snapshot.Reading.Whole(Snapshot snapshot) -> {
        HostsText text = HostsText.of(snapshot.content(), owner);
        Optional<Refusal> unfit = unfit(text, wanted);
        yield unfit.isPresent()
            ? List.of("! " + unfit.get().text())
            : preview(text, HostsPlan.of(text, wanted, precedence));
      }
    };
  }

  private List<String> preview(HostsText text, HostsPlan plan) {
    List<String> lines = new ArrayList<>();
    plan.removed().forEach(line -> lines.add("- " + line.summary()));
    plan.added().forEach(line -> lines.add("+ " + line.summary()));
    plan.moved().forEach(line -> lines.add("^ " + line.summary()));
    if (lines.isEmpty() && !plan.keeps(text)) {
      lines.add("~ the line ends of our lines follow those of " + path);
    }
    return lines;
  }

  /** Decides on the file's content, and remembers how. */
  private final class Decision implements Function<Content, Edit> {
    private final List<OwnLine> wanted;
    private final boolean repair;
    private Optional<HostsPlan> plan = Optional.empty();
    private boolean postponed;

    Decision(List<OwnLine> wanted, boolean repair) {
      this.wanted = wanted;
      this.repair = repair;
    }

    @Override
    public Edit apply(Content content) {
      plan = Optional.empty();
      HostsText text = HostsText.of(content, owner);
      Optional<Refusal> unfit = unfit(text, wanted);
      if (unfit.isPresent()) {
        return new Edit.Refuse(unfit.get());
      }
      HostsPlan made = HostsPlan.of(text, wanted, precedence);
      plan = Optional.of(made);
      if (made.keeps(text)) {
        return new Edit.Keep();
      }
      if (repair && !budget.allows()) {
        postponed = true;
        return new Edit.Refuse(quarrel());
      }
      return new Edit.Replace(made.content());
    }

    Set<OwnLine> missing() {
      Set<OwnLine> missing = new HashSet<>();
      plan.ifPresent(made -> {
        missing.addAll(made.added());
        missing.addAll(made.moved());
      });
      return missing;
    }
  }

  private Optional<Refusal> unfit(HostsText text, List<OwnLine> wanted) {
    if (!text.damages().isEmpty()) {
      Damage damage = text.damages().getFirst();
      int others = text.damages().size() - 1;
      return Optional.of(
          new Refusal(
              path
                  + ":"
                  + damage.line()
                  + " "
                  + damage.complaint()
                  + (others == 0 ? "" : " (and " + others + " more lines)"),
              "remove the line, or only the marker from \"# sallyport\" on if the line should stay"
                  + " as your own; nothing is written until then"));
    }
    if (wanted.isEmpty() && text.own().isEmpty()) {
      return Optional.empty();
    }
    if (text.foreign().isEmpty()) {
      return Optional.of(new Refusal(path + " is empty", "restore it, " + AT_LEAST));
    }
    if (!text.mapsLocalhost()) {
      return Optional.of(
          new Refusal(
              path + " gives localhost no address, so it is not whole", "restore it, " + AT_LEAST));
    }
    return Optional.empty();
  }

  private static final String AT_LEAST = "with a line \"127.0.0.1 localhost\" at least";

  private Refusal quarrel() {
    return new Refusal(
        path
            + " was changed by another writer and repaired "
            + budget.recent()
            + " times within a minute, and waits now",
        "find the writer that takes our lines out, and teach it to leave lines marked \"#"
            + " sallyport\"");
  }

  private String repaired(int changes) {
    return path
        + " was changed by another writer: "
        + changes
        + (changes == 1 ? " line of ours was" : " lines of ours were")
        + " put right (repair "
        + budget.recent()
        + " within a minute)";
  }

  private List<String> conflicts(Decision decision) {
    List<String> news = new ArrayList<>();
    List<Conflict> conflicts = decision.plan.map(HostsPlan::conflicts).orElse(List.of());
    for (Conflict conflict : conflicts.subList(0, Math.min(MOST_CONFLICTS, conflicts.size()))) {
      news.add(
          path
              + ":"
              + conflict.line()
              + " leads "
              + conflict.name()
              + " to "
              + conflict.address()
              + " too; our line stands before it, but a reader that takes all lines of a name may"
              + " still go there: remove the name from that line");
    }
    if (conflicts.size() > MOST_CONFLICTS) {
      news.add((conflicts.size() - MOST_CONFLICTS) + " more names of ours are led elsewhere there");
    }
    return news;
  }

  private Optional<String> orphaned() {
    try {
      if ((int) Files.getAttribute(path, "unix:nlink") == 0) {
        return Optional.of(
            path
                + " is a bind mount of a file that was replaced since: nobody outside sees this"
                + " edit; mount the file's directory instead");
      }
    } catch (IOException gone) {
      // Whoever watches the file will tell.
    }
    return Optional.empty();
  }
}
