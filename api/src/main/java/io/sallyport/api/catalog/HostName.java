package io.sallyport.api.catalog;

import java.util.Locale;
import java.util.Optional;

/**
 * A host name in lower case and without a final dot.
 *
 * <p>Labels follow RFC 1123, section 2.1, and additionally may hold underscores, which private DNS
 * zones use.
 *
 * @param text the name
 * @since 0.1
 */
public record HostName(String text) implements Comparable<HostName> {
  private static final int LONGEST_NAME = 253;
  private static final int LONGEST_LABEL = 63;

  /**
   * Normalises and checks.
   *
   * @throws IllegalArgumentException with {@link #complaint}'s words when it is not a host name
   */
  public HostName {
    text = normalized(text);
    Optional<String> complaint = complaint(text);
    if (complaint.isPresent()) {
      throw new IllegalArgumentException("\"" + text + "\" " + complaint.get());
    }
  }

  /**
   * What keeps a text from being a host name, in words that follow the name; empty when nothing.
   */
  public static Optional<String> complaint(String name) {
    String text = normalized(name);
    if (text.isEmpty()) {
      return Optional.of("is empty");
    }
    if (text.length() > LONGEST_NAME) {
      return Optional.of("is longer than " + LONGEST_NAME + " characters");
    }
    boolean onlyNumbers = true;
    for (String label : text.split("\\.", -1)) {
      if (label.isEmpty()) {
        return Optional.of("has an empty label between its dots");
      }
      if (label.length() > LONGEST_LABEL) {
        return Optional.of("has a label longer than " + LONGEST_LABEL + " characters");
      }
      if (label.startsWith("-") || label.endsWith("-")) {
        return Optional.of("has a label that starts or ends with a hyphen");
      }
      for (int i = 0; i < label.length(); i++) {
        char c = label.charAt(i);
        boolean digit = c >= '0' && c <= '9';
        if (!(digit || (c >= 'a' && c <= 'z') || c == '-' || c == '_')) {
          return Optional.of("holds the character '" + c + "'");
        }
        onlyNumbers &= digit;
      }
    }
    if (onlyNumbers) {
      return Optional.of("holds only numbers, which readers take for an address");
    }
    return Optional.empty();
  }

  private static String normalized(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  @Override
  public int compareTo(HostName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
