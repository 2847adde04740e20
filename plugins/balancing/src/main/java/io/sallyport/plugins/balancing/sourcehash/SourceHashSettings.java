package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.config.ConfigSection;
import java.math.BigInteger;

/**
 * The settings of {@code source-hash}.
 *
 * @param tableSize a prime; the larger the table, the more exact the shares, at four bytes each; 0
 *     means by the number of endpoints
 * @param loadFactor the most that an endpoint may have of its fair share of the sessions, in
 *     percent, before a client is sent on to another one; 0 means no bound
 * @since 0.1
 */
public record SourceHashSettings(int tableSize, int loadFactor) {
  static final SourceHashSettings USUAL = new SourceHashSettings(0, 0);
  private static final int LEAST_SIZE = 251;
  private static final int MOST_SIZE = 5_000_011;
  private static final int WHOLE = 100;
  private static final int MOST_FACTOR = 10_000;

  static SourceHashSettings of(ConfigSection section) {
    int size = section.integer("table-size", USUAL.tableSize, 0, MOST_SIZE);
    if (size != 0 && (size < LEAST_SIZE || !prime(size))) {
      section.problem(
          "table-size",
          size < LEAST_SIZE ? "is too small" : "is no prime",
          "write " + primeFrom(Math.max(size, LEAST_SIZE)) + ", or 0 for one that fits");
    }
    int factor = section.integer("load-factor", USUAL.loadFactor, 0, MOST_FACTOR);
    if (factor != 0 && factor <= WHOLE) {
      section.problem(
          "load-factor",
          "would leave no place for the last sessions",
          "write more than 100, such as 125, or 0 for no bound");
    }
    return new SourceHashSettings(size, factor);
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
