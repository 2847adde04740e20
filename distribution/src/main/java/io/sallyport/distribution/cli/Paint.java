package io.sallyport.distribution.cli;

import java.util.Map;

/**
 * Colours where a person looks at a terminal, and plain text everywhere else.
 *
 * @param on whether to colour
 */
record Paint(boolean on) {
  private static final String END = "\u001b[0m";

  /**
   * Colours on a terminal, unless the user has set {@code NO_COLOR} or the terminal is dumb.
   *
   * @param terminal whether the output is one
   */
  static Paint of(boolean terminal, Map<String, String> environment) {
    boolean unwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    boolean unable = environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Paint(terminal && !unwanted && !unable);
  }

  String good(String text) {
    return in("32", text);
  }

  String bad(String text) {
    return in("31", text);
  }

  String odd(String text) {
    return in("33", text);
  }

  String strong(String text) {
    return in("1", text);
  }

  String faint(String text) {
    return in("2", text);
  }

  private String in(String code, String text) {
    return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + END : text;
  }
}
