package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Change;
import io.sallyport.control.v1.DiffReply;
import io.sallyport.control.v1.Difference;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How {@code sallyport catalog} shows the catalog of a control plane, and its history. */
final class CatalogViews {
  private final ControlSettings settings;
  private final Terminal terminal;
  private final ServiceMessages services;
  private final ReplyText replies;

  CatalogViews(
      ControlSettings settings, Terminal terminal, CatalogReader reader, CatalogWriter writer) {
    this.settings = settings;
    this.terminal = terminal;
    this.services = new ServiceMessages(reader, writer);
    this.replies = new ReplyText(terminal, services);
  }

  /** What lies between two revisions. */
  int diff(String from, Optional<String> to) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          DiffReply reply =
              client.diff(
                  ControlSession.revision(client, from),
                  to.map(text -> ControlSession.revision(client, text)));
          List<Difference> differences = reply.getDifferencesList();
          String first = Revisions.of(reply.getFrom()).toString();
          String second = Revisions.of(reply.getTo()).toString();
          if (terminal.json()) {
            terminal.line(
                JsonText.object(
                    "from", first, "to", second, "differences", replies.json(differences)));
          } else if (differences.isEmpty()) {
            terminal.line("nothing differs between revision " + first + " and " + second);
          } else {
            terminal.line("from revision " + first + " to " + second + ":");
            replies.differences(differences);
          }
          return ControlSession.DONE;
        });
  }

  /** A revision as a catalog's text. */
  int show(Optional<String> revision) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          OperationsClient.CatalogAt catalog =
              client.catalog(revision.map(text -> ControlSession.revision(client, text)));
          if (terminal.json()) {
            terminal.line(
                JsonText.object(
                    "revision",
                    catalog.revision().toString(),
                    "services",
                    catalog.services().stream().map(MessageJson::members).toList()));
            return ControlSession.DONE;
          }
          List<Problem> problems = new ArrayList<>();
          String text =
              services.text(
                  catalog.revision(),
                  catalog.services(),
                  List.of("Revision " + catalog.revision() + " of " + client.address()),
                  problems);
          if (!problems.isEmpty()) {
            problems.forEach(problem -> terminal.err().println(problem.text()));
            terminal.wrong(
                "these services cannot be read here; are their plugins installed? --json shows them"
                    + " as they are");
            return ControlSession.FAILED;
          }
          terminal.out().print(text);
          return ControlSession.DONE;
        });
  }

  /** The changes, newest first. */
  int history(int limit) {
    return ControlSession.with(
        settings,
        terminal,
        client -> {
          List<Change> changes = client.history(Revision.NONE, limit);
          if (terminal.json()) {
            terminal.line(
                JsonText.object("changes", changes.stream().map(MessageJson::members).toList()));
          } else if (changes.isEmpty()) {
            terminal.line("there is no catalog yet");
          } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("REVISION", "WHEN", "BY", "CHANGES", "COMMENT"));
            changes.forEach(change -> rows.add(row(change)));
            Columns.of(rows).lines(terminal.paint()).forEach(terminal::line);
          }
          return ControlSession.DONE;
        });
  }

  private static List<String> row(Change change) {
    return List.of(
        Revisions.of(change.getRevision()).toString(),
        Instant.ofEpochSecond(change.getAtMillis() / 1000).toString(),
        change.getAuthor(),
        "+"
            + change.getAddedCount()
            + " ~"
            + change.getChangedCount()
            + " -"
            + change.getRemovedCount(),
        change.getComment());
  }
}
