package io.sallyport.distribution.cli;

import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.Difference;
import io.sallyport.control.v1.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a control plane made of a change, told to who ordered it. */
final class ReplyText {
  private final Terminal terminal;
  private final ServiceMessages services;

  ReplyText(Terminal terminal, ServiceMessages services) {
    this.terminal = terminal;
    this.services = services;
  }

  /** What lies between two catalogs. */
  void differences(List<Difference> differences) {
    for (Difference difference : differences) {
      services.lines(difference, terminal.paint()).forEach(terminal::line);
    }
    terminal.line(summary(differences));
  }

  /** The end of a command: the exit code for what came of it. */
  int end(ApplyReply reply, String applied) {
    String revision = Revisions.of(reply.getRevision()).toString();
    if (terminal.json()) {
      terminal.line(JsonText.of(json(reply)));
    }
    return switch (reply.getOutcome()) {
      case OUTCOME_APPLIED -> said(applied);
      case OUTCOME_UNCHANGED -> said("nothing differs from revision " + revision);
      case OUTCOME_WOULD_APPLY -> said("nothing has been changed: this was a dry run");
      case OUTCOME_REFUSED -> {
        if (!terminal.json()) {
          reply.getProblemsList().forEach(problem -> terminal.err().println(text(problem)));
        }
        int problems = reply.getProblemsCount();
        terminal.wrong("refused: " + problems + (problems == 1 ? " problem" : " problems"));
        yield ControlSession.FAILED;
      }
      case OUTCOME_CONFLICT -> {
        terminal.wrong(
            "refused: the newest revision is "
                + revision
                + ", not the one that was expected; somebody else has changed the catalog. See how:"
                + " sallyport catalog history");
        yield ControlSession.FAILED;
      }
      case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> {
        terminal.wrong("the control plane answers what is not known here");
        yield ControlSession.FAILED;
      }
    };
  }

  /** Differences with the lines that go and come. */
  List<Map<String, Object>> json(List<Difference> differences) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Difference difference : differences) {
      Map<String, Object> members = new LinkedHashMap<>(MessageJson.members(difference));
      List<LineDiff.Edit> edits = services.edits(difference);
      members.put(
          "removedLines",
          edits.stream().filter(edit -> !edit.comes()).map(LineDiff.Edit::line).toList());
      members.put(
          "addedLines",
          edits.stream().filter(LineDiff.Edit::comes).map(LineDiff.Edit::line).toList());
      all.add(members);
    }
    return all;
  }

  private Map<String, Object> json(ApplyReply reply) {
    Map<String, Object> members = new LinkedHashMap<>(MessageJson.members(reply));
    members.put("differences", json(reply.getDifferencesList()));
    return members;
  }

  private int said(String what) {
    if (!terminal.json()) {
      terminal.line(what);
    }
    return ControlSession.DONE;
  }

  private static String text(Problem problem) {
    return problem.getPath().isEmpty()
        ? problem.getMessage()
        : problem.getPath() + ": " + problem.getMessage();
  }

  private static String summary(List<Difference> differences) {
    return count(differences, Difference.Kind.KIND_ADDED)
        + " added, "
        + count(differences, Difference.Kind.KIND_CHANGED)
        + " changed, "
        + count(differences, Difference.Kind.KIND_REMOVED)
        + " removed";
  }

  private static long count(List<Difference> differences, Difference.Kind kind) {
    return differences.stream().filter(difference -> difference.getKind() == kind).count();
  }
}
