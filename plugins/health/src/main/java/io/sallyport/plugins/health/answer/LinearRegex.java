package io.sallyport.plugins.health.answer;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A regular expression that takes time in proportion to the text, whatever it is: an endpoint
 * cannot keep a node busy by what it answers. It has RE2's syntax, which is Perl's without
 * back-references and look-around.
 *
 * @since 0.1
 */
public final class LinearRegex {
  private static final int LONGEST = 1000;

  private final Pattern pattern;

  private LinearRegex(Pattern pattern) {
    this.pattern = pattern;
  }

  /** What is wrong with an expression, in words that follow it; empty when nothing is. */
  public static Optional<String> complaint(String expression) {
    if (expression.length() > LONGEST) {
      return Optional.of("is longer than " + LONGEST + " characters");
    }
    try {
      of(expression);
      return Optional.empty();
    } catch (PatternSyntaxException wrong) {
      return Optional.of("is no regular expression: " + wrong.getMessage());
    }
  }

  /**
   * Compiles an expression about which there is no complaint. Characters beyond ASCII stand for
   * their bytes in UTF-8, as they do in an answer.
   */
  public static LinearRegex of(String expression) {
    return new LinearRegex(Pattern.compile(bytes(expression)));
  }

  /** Whether it matches anywhere in a text of one character for each byte. */
  public boolean in(String text) {
    return pattern.matcher(text).find();
  }

  /** A text as the characters of its bytes. */
  static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
