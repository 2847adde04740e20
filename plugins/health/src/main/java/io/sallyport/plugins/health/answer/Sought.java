package io.sallyport.plugins.health.answer;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * What is looked for in an answer, of which each byte is one character.
 *
 * @since 0.1
 */
public sealed interface Sought {
  /** Whether it is there. */
  boolean in(String answer);

  /** What HAProxy calls the kind, as in {@code expect string 'x'}. */
  String words();

  /** What HAProxy says of the kind where it did not match. */
  String content();

  /** A text. */
  static Sought text(String text) {
    return new Text(text, LinearRegex.bytes(text));
  }

  /** Bytes about which there is no {@link #hexComplaint}. */
  static Sought hex(String digits) {
    return new Bytes(new String(HexFormat.of().parseHex(digits), StandardCharsets.ISO_8859_1));
  }

  /** A regular expression. */
  static Sought regex(String expression) {
    return new Regex(LinearRegex.of(expression));
  }

  /** A regular expression for the answer in hexadecimal digits, in capitals. */
  static Sought hexRegex(String expression) {
    return new HexRegex(LinearRegex.of(expression));
  }

  /** What is wrong with a text of hexadecimal digits; empty when nothing is. */
  static Optional<String> hexComplaint(String digits) {
    if (digits.isEmpty() || digits.length() % 2 != 0) {
      return Optional.of("does not hold two hexadecimal digits for each byte");
    }
    return digits.chars().allMatch(HexFormat::isHexDigit)
        ? Optional.empty()
        : Optional.of("holds what is no hexadecimal digit");
  }

  /** A text. */
  record Text(String text, String bytes) implements Sought {
    @Override
    public boolean in(String answer) {
      return answer.contains(bytes);
    }

    @Override
    public String words() {
      return "string '" + text + "'";
    }

    @Override
    public String content() {
      return "'" + text + "'";
    }
  }

  /** Bytes. */
  record Bytes(String bytes) implements Sought {
    @Override
    public boolean in(String answer) {
      return answer.contains(bytes);
    }

    @Override
    public String words() {
      return "binary";
    }

    @Override
    public String content() {
      return "(binary)";
    }
  }

  /** A regular expression. */
  record Regex(LinearRegex regex) implements Sought {
    @Override
    public boolean in(String answer) {
      return regex.in(answer);
    }

    @Override
    public String words() {
      return "regex";
    }

    @Override
    public String content() {
      return "(regex)";
    }
  }

  /** A regular expression for hexadecimal digits. */
  record HexRegex(LinearRegex regex) implements Sought {
    @Override
    public boolean in(String answer) {
      byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
      return regex.in(HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT));
    }

    @Override
    public String words() {
      return "binary regex";
    }

    @Override
    public String content() {
      return "(binary regex)";
    }
  }
}
