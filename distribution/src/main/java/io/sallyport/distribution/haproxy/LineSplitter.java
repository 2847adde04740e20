package io.sallyport.distribution.haproxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a configuration into lines and words as HAProxy does: double quotes (in which variables
 * and some escapes count), single quotes (in which nothing does), backslashes, and comments.
 */
final class LineSplitter {
  private static final Pattern VARIABLE =
      Pattern.compile(
          "\\$(?:\\{([A-Za-z0-9_.]+)(?:\\[\\*])?(?:-([^}]*))?}|([A-Za-z_.][A-Za-z0-9_.]*))");

  /** Stands in for an escaped sign of a variable. */
  private static final char NO_VARIABLE = '\0';

  private final Function<String, Optional<String>> environment;
  private final Notes notes;

  LineSplitter(Function<String, Optional<String>> environment, Notes notes) {
    this.environment = environment;
    this.notes = notes;
  }

  /** All lines that hold words. */
  List<Line> lines(String text) {
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      List<String> words = words(raw, number);
      if (!words.isEmpty()) {
        lines.add(new Line(number, words));
      }
    }
    return lines;
  }

  /** Puts in the variables of a word; HAProxy does so in addresses even outside quotes. */
  String expanded(String word, int line) {
    if (word.indexOf('$') < 0) {
      return word;
    }
    Matcher variable = VARIABLE.matcher(word);
    StringBuilder expanded = new StringBuilder();
    while (variable.find()) {
      String name = variable.group(1) == null ? variable.group(3) : variable.group(1);
      Optional<String> value = environment.apply(name);
      if (value.isEmpty() && variable.group(2) == null) {
        notes.changed(line, "the variable " + name + " is not set here, so nothing stands for it");
      }
      String fallback = variable.group(2) == null ? "" : variable.group(2);
      variable.appendReplacement(expanded, Matcher.quoteReplacement(value.orElse(fallback)));
    }
    return variable.appendTail(expanded).toString();
  }

  private List<String> words(String raw, int line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean open = false;
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at);
      if (c == '#') {
        break;
      }
      if (c == ' ' || c == '\t' || c == '\r') {
        if (open) {
          words.add(word.toString());
          word.setLength(0);
        }
        open = false;
        at++;
      } else if (c == '\'' || c == '"') {
        int end = closing(raw, at, c);
        if (end < 0) {
          notes.notCarried(line, "a quote is not closed, so HAProxy would refuse this line");
          return List.of();
        }
        String inner = raw.substring(at + 1, end);
        word.append(c == '\'' ? inner : quoted(inner, line));
        open = true;
        at = end + 1;
      } else if (c == '\\' && at + 1 < raw.length()) {
        at = escape(raw, at, word);
        open = true;
      } else {
        word.append(c);
        open = true;
        at++;
      }
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }

  private static int closing(String raw, int start, char quote) {
    for (int at = start + 1; at < raw.length(); at++) {
      if (raw.charAt(at) == '\\' && quote == '"') {
        at++;
      } else if (raw.charAt(at) == quote) {
        return at;
      }
    }
    return -1;
  }

  /** Within double quotes all escapes count, and variables do where their sign is not escaped. */
  private String quoted(String inner, int line) {
    StringBuilder plain = new StringBuilder();
    int at = 0;
    while (at < inner.length()) {
      if (inner.startsWith("\\$", at)) {
        plain.append(NO_VARIABLE);
        at += 2;
      } else if (inner.charAt(at) == '\\' && at + 1 < inner.length()) {
        at = escape(inner, at, plain);
      } else {
        plain.append(inner.charAt(at++));
      }
    }
    return expanded(plain.toString(), line).replace(NO_VARIABLE, '$');
  }

  private static int escape(String raw, int at, StringBuilder word) {
    char c = raw.charAt(at + 1);
    if (c == 'x' && at + 3 < raw.length()) {
      int high = Character.digit(raw.charAt(at + 2), 16);
      int low = Character.digit(raw.charAt(at + 3), 16);
      if (high >= 0 && low >= 0) {
        word.append((char) (high * 16 + low));
        return at + 4;
      }
    }
    switch (c) {
      case 'n' -> word.append('\n');
      case 'r' -> word.append('\r');
      case 't' -> word.append('\t');
      case ' ', '\t', '#', '\\', '\'', '"', '$' -> word.append(c);
      // In front of anything else a backslash is only a backslash.
      default -> word.append('\\').append(c);
    }
    return at + 2;
  }
}
