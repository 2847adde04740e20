package io.sallyport.distribution.haproxy;

import java.util.List;

/**
 * One line of a configuration, split into words.
 *
 * @param number from 1
 * @param words at least one
 */
record Line(int number, List<String> words) {
  Line {
    words = List.copyOf(words);
  }

  String keyword() {
    return words.getFirst();
  }

  /** A word by its place; empty when the line is shorter. */
  String word(int at) {
    return at < words.size() ? words.get(at) : "";
  }

  /** The words from a place on. */
  List<String> from(int at) {
    return words.subList(Math.min(at, words.size()), words.size());
  }

  /** The line as a person would say it, shortened. */
  String text() {
    String whole = String.join(" ", words).replaceAll("\\p{Cntrl}", "?");
    return whole.length() <= 80 ? whole : whole.substring(0, 79) + "…";
  }
}
