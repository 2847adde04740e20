package io.sallyport.plugins.health.agent;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.health.CheckAdvice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One line of an agent, as HAProxy understands it: words with spaces, tabs or commas between them.
 *
 * @param up empty when the agent says neither
 * @param advice weight, sessions and mode
 * @param said the words that were understood, and after a {@code #} what the agent adds for people
 * @param unknown the words that were not
 */
record AgentWords(Optional<Boolean> up, CheckAdvice advice, String said, List<String> unknown) {
  private static final int MOST_WORDS = 16;
  private static final int LONGEST_NUMBER = 9;
  private static final int LONGEST_REMARK = 80;
  private static final String SESSIONS = "maxconn:";

  AgentWords {
    unknown = List.copyOf(unknown);
  }

  /** Reads the first line of a text; whatever follows it does not count. */
  static AgentWords read(String text) {
    String line = text.split("[\r\n]", 2)[0];
    int remarkAt = line.indexOf('#');
    String remark = remarkAt < 0 ? "" : readable(line.substring(remarkAt + 1));
    String words = remarkAt < 0 ? line : line.substring(0, remarkAt);
    Reading reading = new Reading();
    int count = 0;
    for (String word : words.split("[ \t,]+", -1)) {
      if (!word.isEmpty() && count++ < MOST_WORDS) {
        reading.word(word);
      }
    }
    String said = String.join(" ", reading.said);
    return new AgentWords(
        reading.up,
        new CheckAdvice(reading.weight, reading.sessions, reading.mode),
        remark.isEmpty() ? said : said + " # " + remark,
        reading.unknown);
  }

  private static String readable(String text) {
    StringBuilder readable = new StringBuilder();
    for (int i = 0; i < text.length() && readable.length() < LONGEST_REMARK; i++) {
      char c = text.charAt(i);
      readable.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return readable.toString().strip();
  }

  private static final class Reading {
    private Optional<Boolean> up = Optional.empty();
    private OptionalInt weight = OptionalInt.empty();
    private OptionalInt sessions = OptionalInt.empty();
    private Optional<EndpointMode> mode = Optional.empty();
    private final List<String> said = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    private void word(String written) {
      String word = written.toLowerCase(Locale.ROOT);
      boolean known = true;
      switch (word) {
        case "up" -> up = Optional.of(true);
        case "down", "stopped", "fail" -> up = Optional.of(false);
        case "ready" -> mode = Optional.of(EndpointMode.ENABLED);
        case "drain" -> mode = Optional.of(EndpointMode.DRAIN);
        case "maint" -> mode = Optional.of(EndpointMode.MAINTENANCE);
        default -> known = number(word);
      }
      (known ? said : unknown).add(readable(word));
    }

    private boolean number(String word) {
      OptionalInt percent =
          word.endsWith("%") ? whole(word.substring(0, word.length() - 1)) : OptionalInt.empty();
      if (percent.isPresent()) {
        weight = OptionalInt.of(Math.min(percent.getAsInt(), CheckAdvice.MOST_PERCENT));
        return true;
      }
      OptionalInt most =
          word.startsWith(SESSIONS)
              ? whole(word.substring(SESSIONS.length()))
              : OptionalInt.empty();
      if (most.isPresent()) {
        sessions = most;
        return true;
      }
      return false;
    }

    private static OptionalInt whole(String digits) {
      boolean number = !digits.isEmpty() && digits.length() <= LONGEST_NUMBER;
      return number && digits.chars().allMatch(c -> c >= '0' && c <= '9')
          ? OptionalInt.of(Integer.parseInt(digits))
          : OptionalInt.empty();
    }
  }
}
