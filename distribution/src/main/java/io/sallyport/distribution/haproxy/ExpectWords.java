package io.sallyport.distribution.haproxy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What an {@code expect} rule expects; its words may stand in any order.
 *
 * @param wanted false behind a {@code !}
 * @param kind such as {@code string}
 * @param minReceived bytes to wait for
 * @param comment empty where there is none
 */
record ExpectWords(
    boolean wanted, String kind, String pattern, OptionalInt minReceived, String comment) {
  private static final Set<String> KINDS =
      Set.of("string", "rstring", "binary", "rbinary", "status", "rstatus");

  /** Reads the words behind {@code expect}; empty when one of them is not understood. */
  static Optional<ExpectWords> of(List<String> line) {
    Words words = new Words(line);
    boolean wanted = true;
    String kind = "";
    String pattern = "";
    OptionalInt least = OptionalInt.empty();
    String comment = "";
    while (words.more()) {
      String word = words.next();
      switch (word) {
        case "!" -> wanted = false;
        case "comment" -> comment = words.next();
        case "min-recv" -> {
          least = BindReader.count(words.next());
          if (least.orElse(0) < 1) {
            return Optional.empty();
          }
        }
        default -> {
          if (!kind.isEmpty() || !KINDS.contains(word)) {
            return Optional.empty();
          }
          kind = word;
          pattern = words.next();
        }
      }
    }
    return pattern.isEmpty()
        ? Optional.empty()
        : Optional.of(new ExpectWords(wanted, kind, pattern, least, comment));
  }
}
