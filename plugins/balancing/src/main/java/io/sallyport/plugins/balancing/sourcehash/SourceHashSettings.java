package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.config.ConfigSection;
import java.math.BigInteger;
import java.util.OptionalInt;

/**
 * The settings of {@code source-hash}.
 *
 * @param tableSize a prime; the larger the table, the more exact the shares, at four bytes each;
 *     empty means by the number of endpoints
 * @param loadFactor the most that an endpoint may have of its fair share of the sessions, in
 *     percent, before a client is sent on to another one; empty means no bound
 * @since 0.1
 */
public record SourceHashSettings(OptionalInt tableSize, OptionalInt loadFactor) {
  private static final int LEAST_SIZE = 251;
  private static final int MOST_SIZE = 5_000_011;
  private static final int WHOLE = 100;
  private static final int MOST_FACTOR = 10_000;

  static SourceHashSettings of(ConfigSection section) {
    int size = section.integer("table-size", 0, 0, MOST_SIZE);
    if (size != 0 && (size < LEAST_SIZE || !prime(size))) {
      section.problem(
          "table-size",
          size < LEAST_SIZE ? "is too small" : "is no prime",
          "write " + primeFrom(Math.max(size, LEAST_SIZE)) + ", or 0 for one that fits");
    }
    int factor = section.integer("load-factor", 0, 0, MOST_FACTOR);
    if (factor != 0 && factor <= WHOLE) {
      section.problem(
          "load-factor",
          "would leave no place for the last sessions",
          "write more than 100, such as 125, or 0 for no bound");
    }
    return new SourceHashSettings(positive(size), positive(factor));
  }

  private static OptionalInt positive(int number) {
    return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static boolean prime(int number) {
    return BigInteger.valueOf(number).isProbablePrime(30);
  }

  private static int primeFrom(int least) {
    int number = least;
    while (!prime(number)) {
      number++;
    }
    return Math.min(number, MOST_SIZE);
  }
}
