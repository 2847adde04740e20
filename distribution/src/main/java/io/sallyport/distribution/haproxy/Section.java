package io.sallyport.distribution.haproxy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One section of a configuration.
 *
 * @param kind what it is
 * @param name its name, empty where it has none
 * @param from the {@code defaults} section that it names
 * @param line where it starts
 * @param lines what it holds
 */
record Section(Kind kind, String name, Optional<String> from, int line, List<Line> lines) {
  enum Kind {
    GLOBAL,
    DEFAULTS,
    FRONTEND,
    BACKEND,
    LISTEN,
    OTHER
  }

  Section {
    lines = List.copyOf(lines);
  }

  /** How people call it. */
  String title() {
    String word = kind == Kind.OTHER ? "section" : kind.name().toLowerCase(Locale.ROOT);
    return name.isEmpty() ? word : word + " " + name;
  }
}
