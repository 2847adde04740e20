package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Nodes for people: one a line, and beneath it what is wrong. On a narrow terminal, only what
 * matters most is in the line. Pure.
 */
final class NodeTable {
  private static final int NARROW = 100;

  private final Paint paint;
  private final int columns;
  private final Instant now;

  NodeTable(Paint paint, int columns, Instant now) {
    this.paint = paint;
    this.columns = columns;
    this.now = now;
  }

  /** All of them. */
  List<String> lines(Collection<NodeState> nodes) {
    if (nodes.isEmpty()) {
      return List.of("no node has ever attached");
    }
    boolean narrow = columns < NARROW;
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        narrow
            ? List.of("NODE", "EFFECTIVE", "AGE", "DOWN", "DRIFT")
            : List.of(
                "NODE",
                "ZONE",
                "ACCEPTED",
                "EFFECTIVE",
                "AGE",
                "SERVICES",
                "DOWN",
                "DRIFT",
                "FAILED"));
    nodes.forEach(node -> rows.add(narrow ? narrow(node) : wide(node)));
    List<String> table = Columns.of(rows).lines(paint);
    List<String> lines = new ArrayList<>();
    lines.add(table.getFirst());
    int row = 1;
    for (NodeState node : nodes) {
      String line = table.get(row++);
      lines.add(!node.getAttached() ? paint.bad(line) : well(node) ? line : paint.odd(line));
      for (String wrong : wrong(node)) {
        lines.add(cut("  ! " + wrong));
      }
    }
    lines.add(summary(nodes));
    return lines;
  }

  /** One of them, in one line, with what is wrong. */
  String line(NodeState node) {
    String wrong = String.join("; ", wrong(node));
    return node.getNode().getName()
        + "  "
        + zone(node)
        + "  accepted "
        + revision(node.hasAccepted(), node.getAccepted())
        + "  effective "
        + revision(node.hasEffective(), node.getEffective())
        + (wrong.isEmpty() ? "" : "  ! " + wrong);
  }

  /** Whether nothing is wrong with it. */
  static boolean well(NodeState node) {
    return node.getAttached()
        && node.getProblemsCount() == 0
        && node.getDriftCount() == 0
        && !behind(node);
  }

  private static boolean behind(NodeState node) {
    return Revisions.of(node.getEffective()).compareTo(Revisions.of(node.getMeant())) < 0;
  }

  private List<String> wrong(NodeState node) {
    List<String> wrong = new ArrayList<>();
    if (!node.getAttached()) {
      wrong.add("has left " + span(node.getSinceMillis()) + " ago");
    } else if (behind(node)) {
      wrong.add("is to have " + Revisions.of(node.getMeant()));
    }
    wrong.addAll(node.getProblemsList());
    wrong.addAll(node.getDriftList());
    return wrong;
  }

  private List<String> narrow(NodeState node) {
    return List.of(
        node.getNode().getName(),
        revision(node.hasEffective(), node.getEffective()),
        span(node.getReportedMillis()),
        String.valueOf(node.getEndpointsUnhealthy()),
        String.valueOf(node.getDriftCount()));
  }

  private List<String> wide(NodeState node) {
    return List.of(
        node.getNode().getName(),
        zone(node),
        revision(node.hasAccepted(), node.getAccepted()),
        revision(node.hasEffective(), node.getEffective()),
        span(node.getReportedMillis()),
        node.getServicesServing() + "/" + node.getServicesDeclared(),
        String.valueOf(node.getEndpointsUnhealthy()),
        String.valueOf(node.getDriftCount()),
        String.valueOf(node.getFailedSessions()));
  }

  private String summary(Collection<NodeState> nodes) {
    long attached = nodes.stream().filter(NodeState::getAttached).count();
    long well = nodes.stream().filter(NodeTable::well).count();
    String text =
        nodes.size() + " nodes, " + attached + " attached, " + well + " without a problem";
    return well == nodes.size() ? paint.good(text) : paint.odd(text);
  }

  private String cut(String line) {
    return line.length() <= columns ? line : line.substring(0, columns - 1) + "…";
  }

  private static String zone(NodeState node) {
    var locality = node.getNode().getLocality();
    return locality.getZone().isEmpty() ? "-" : locality.getZone();
  }

  private static String revision(boolean known, io.sallyport.control.v1.Revision revision) {
    Revision read = Revisions.of(revision);
    return known && !read.equals(Revision.NONE) ? read.toString() : "-";
  }

  private String span(long sinceMillis) {
    if (sinceMillis == 0) {
      return "-";
    }
    long seconds =
        Math.max(0, Duration.between(Instant.ofEpochMilli(sinceMillis), now).toSeconds());
    return seconds < 60
        ? seconds + "s"
        : seconds < 3_600
            ? seconds / 60 + "m"
            : seconds < 86_400 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
  }
}
