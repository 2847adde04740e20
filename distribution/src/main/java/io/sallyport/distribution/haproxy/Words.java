package io.sallyport.distribution.haproxy;

import java.util.List;

/** The words of a line, taken one by one. */
final class Words {
  private final List<String> words;
  private int at;

  Words(List<String> words) {
    this.words = words;
  }

  boolean more() {
    return at < words.size();
  }

  /** The next one; empty at the end. */
  String next() {
    return more() ? words.get(at++) : "";
  }

  /** The next one, not taken; empty at the end. */
  String peek() {
    return more() ? words.get(at) : "";
  }
}
