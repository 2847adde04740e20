package io.sallyport.distribution.haproxy;

import io.sallyport.distribution.haproxy.Section.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Groups lines into sections. */
final class SectionReader {
  private static final Map<String, Kind> PROXIES =
      Map.of(
          "global", Kind.GLOBAL,
          "defaults", Kind.DEFAULTS,
          "frontend", Kind.FRONTEND,
          "backend", Kind.BACKEND,
          "listen", Kind.LISTEN);

  private static final Set<String> OTHERS =
      Set.of(
          "acme",
          "cache",
          "crt-store",
          "fcgi-app",
          "http-errors",
          "log-forward",
          "log-profile",
          "mailers",
          "peers",
          "program",
          "resolvers",
          "ring",
          "traces",
          "userlist");

  private final Notes notes;
  private final List<Section> sections = new ArrayList<>();
  private Section open = new Section(Kind.OTHER, "", Optional.empty(), 0, List.of());
  private List<Line> lines = new ArrayList<>();
  private int conditionalSince;
  private int conditionals;

  SectionReader(Notes notes) {
    this.notes = notes;
  }

  List<Section> sections(List<Line> all) {
    for (Line line : all) {
      if (line.keyword().startsWith(".")) {
        directive(line);
      } else if (conditionals == 0) {
        line(line);
      }
    }
    if (conditionals > 0) {
      notes.notCarried(
          conditionalSince, "the .if is never ended: everything behind it is left out");
    }
    close();
    return List.copyOf(sections);
  }

  private void line(Line line) {
    Kind kind = PROXIES.get(line.keyword());
    if (kind == null && OTHERS.contains(line.keyword())) {
      start(Kind.OTHER, String.join(" ", line.from(0)), Optional.empty(), line);
    } else if (kind == null) {
      if (open.line() == 0) {
        notes.notCarried(line.number(), line.text() + ": stands in front of every section");
      }
      lines.add(line);
    } else {
      boolean unnamed = kind == Kind.DEFAULTS && line.word(1).equals("from");
      int from = unnamed ? 1 : 2;
      Optional<String> named =
          line.word(from).equals("from") ? Optional.of(line.word(from + 1)) : Optional.empty();
      start(kind, unnamed ? "" : line.word(1), named, line);
      int rest = named.isPresent() ? from + 2 : 2;
      if (!line.from(rest).isEmpty()) {
        notes.notCarried(line.number(), String.join(" ", line.from(rest)) + " on a section's line");
      }
    }
  }

  private void start(Kind kind, String name, Optional<String> from, Line line) {
    close();
    open = new Section(kind, name, from, line.number(), List.of());
  }

  private void close() {
    if (open.line() > 0) {
      sections.add(new Section(open.kind(), open.name(), open.from(), open.line(), lines));
    }
    lines = new ArrayList<>();
  }

  /** Conditions ask for HAProxy's own version and build, which nobody knows here. */
  private void directive(Line line) {
    switch (line.keyword()) {
      case ".if" -> {
        if (conditionals++ == 0) {
          conditionalSince = line.number();
        }
      }
      case ".endif" -> {
        if (conditionals > 0 && --conditionals == 0) {
          notes.notCarried(
              conditionalSince,
              "the conditional block up to line " + line.number() + " is left out, both branches");
        }
      }
      default -> {
        if (conditionals == 0) {
          notes.information(line.number(), line.text() + ": concerns HAProxy's own start");
        }
      }
    }
  }
}
