package io.sallyport.distribution.cli;

import io.sallyport.distribution.doctor.Chain;
import io.sallyport.distribution.doctor.DoctorReport;
import io.sallyport.distribution.doctor.FurtherHost;
import io.sallyport.distribution.doctor.HostsLine;
import io.sallyport.distribution.doctor.Link;
import io.sallyport.distribution.doctor.NameFindings;
import io.sallyport.distribution.doctor.Reading;
import io.sallyport.distribution.doctor.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A doctor's report for people: all chains at a glance, then what each trouble is. */
final class DoctorTable {
  private static final List<String> LINKS =
      List.of(Link.NAMES, Link.ADDRESS, Link.LISTENER, Link.ENDPOINTS, Link.TLS, Link.REGISTRY);

  /** What is the same for all names of a service is told once. */
  private static final List<String> OF_THE_SERVICE =
      List.of(Link.ADDRESS, Link.LISTENER, Link.ENDPOINTS);

  private final Paint paint;
  private final StringBuilder out = new StringBuilder();
  private final Set<String> told = new HashSet<>();

  private DoctorTable(Paint paint) {
    this.paint = paint;
  }

  /**
   * The report as text.
   *
   * @param detailed whether to show what is well in detail, too
   */
  static String of(DoctorReport report, boolean detailed, Paint paint) {
    DoctorTable table = new DoctorTable(paint);
    table.line(paint.strong("names of "), report.catalog());
    table.line("agent: ", report.agent());
    table.line();
    table.glance(report);
    for (NameFindings name : report.names()) {
      table.details(name, detailed);
    }
    table.further(report);
    table.line();
    table.line(table.summary(report));
    return table.out.toString();
  }

  private void glance(DoctorReport report) {
    int width = report.names().stream().mapToInt(name -> name.name().length()).max().orElse(0);
    width = Math.max(width, "NAME".length());
    StringBuilder head = new StringBuilder(padded("NAME", width)).append("   PORT");
    LINKS.forEach(
        link -> head.append("  ").append(padded(link.toUpperCase(Locale.ROOT), column(link))));
    line(paint.faint(head.toString().stripTrailing()));
    for (NameFindings name : report.names()) {
      for (Chain chain : name.chains()) {
        StringBuilder row = new StringBuilder(padded(name.name(), width));
        row.append(String.format(Locale.ROOT, "  %5d", chain.port()));
        String gap = "  ";
        for (Link link : chain.links()) {
          String word = word(link.verdict());
          row.append(gap).append(painted(link.verdict(), word));
          gap = " ".repeat(column(link.link()) - word.length() + 2);
        }
        line(row);
      }
    }
  }

  private static int column(String link) {
    return Math.max(link.length(), "BROKEN".length());
  }

  private void details(NameFindings name, boolean all) {
    Map<Link, List<Integer>> ports = new LinkedHashMap<>();
    for (Chain chain : name.chains()) {
      for (Link link : chain.links()) {
        boolean trouble = link.verdict() == Verdict.BROKEN || link.verdict() == Verdict.WARN;
        if ((all || trouble) && news(name, chain, link)) {
          ports.computeIfAbsent(link, none -> new ArrayList<>()).add(chain.port());
        }
      }
    }
    if (ports.isEmpty()) {
      return;
    }
    line();
    line(paint.strong(name.name()), "  service ", name.service(), ", ", name.address());
    if (ports.keySet().stream().anyMatch(link -> link.link().equals(Link.NAMES))) {
      readers(name);
    }
    ports.forEach((link, those) -> {
      String where =
          those.size() == name.chains().size()
              ? ""
              : those.stream().map(port -> ":" + port).collect(Collectors.joining(" ")) + "  ";
      line(
          "  ",
          painted(link.verdict(), padded(word(link.verdict()), "BROKEN".length())),
          "  ",
          where,
          paint.strong(link.link()),
          ": ",
          shown(link.reason()));
      if (!link.remedy().isEmpty()) {
        line("          → ", shown(link.remedy()));
      }
    });
  }

  private boolean news(NameFindings name, Chain chain, Link link) {
    return !OF_THE_SERVICE.contains(link.link())
        || told.add(name.service() + " " + chain.port() + " " + link.link());
  }

  private void readers(NameFindings name) {
    int width =
        name.readings().stream().mapToInt(reading -> reading.reader().length()).max().orElse(0);
    for (HostsLine hosts : name.lines()) {
      item("line " + hosts.line(), width, hosts.text());
      item("", width, "written by " + hosts.evidence());
    }
    for (Reading reading : name.readings()) {
      item(reading.reader(), width, words(reading));
    }
  }

  private void item(String label, int width, String text) {
    line("  ", paint.faint(padded(label, width)), "  ", shown(text));
  }

  private static String words(Reading reading) {
    String note = reading.note();
    return switch (reading.outcome()) {
      case FOUND -> String.join(", ", reading.addresses()) + (note.isEmpty() ? "" : "  " + note);
      case NONE -> note.isEmpty() ? "no such name" : note;
      case UNKNOWN -> "not known: " + note;
    };
  }

  private void further(DoctorReport report) {
    if (report.further().isEmpty()) {
      return;
    }
    line();
    line(paint.strong("hosts that the catalog lacks"));
    for (FurtherHost host : report.further()) {
      line(
          "  ",
          shown(host.host()),
          host.port() == 0 ? "" : ":" + host.port(),
          "  ",
          host.role(),
          " of ",
          host.of(),
          "; ",
          shown(host.finding()));
    }
  }

  private String summary(DoctorReport report) {
    String chains = report.chains() + (report.chains() == 1 ? " chain" : " chains");
    if (report.broken() == 0) {
      return paint.good("none of " + chains + " is broken");
    }
    String verb = report.broken() == 1 ? " is broken" : " are broken";
    return paint.bad(report.broken() + " of " + chains + verb);
  }

  private String painted(Verdict verdict, String text) {
    return switch (verdict) {
      case OK -> paint.good(text);
      case WARN -> paint.odd(text);
      case BROKEN -> paint.bad(text);
      case SKIPPED -> paint.faint(text);
    };
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case OK -> "ok";
      case WARN -> "WARN";
      case BROKEN -> "BROKEN";
      case SKIPPED -> "-";
    };
  }

  /** Files and servers of others have a say here, but not over the terminal. */
  private static String shown(String text) {
    return text.replaceAll("\\p{Cntrl}|[\\x80-\\x9f]", "?");
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private void line(Object... parts) {
    for (Object part : parts) {
      out.append(part);
    }
    out.append('\n');
  }
}
