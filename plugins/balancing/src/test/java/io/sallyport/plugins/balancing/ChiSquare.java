package io.sallyport.plugins.balancing;

import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How far counts are from what they should be. */
public final class ChiSquare {
  private ChiSquare() {}

  /** Pearson's statistic of counts that should be in proportion to these shares. */
  public static double of(int[] counts, double[] shares) {
    double total = DoubleStream.of(shares).sum();
    long picks = IntStream.of(counts).asLongStream().sum();
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = picks * shares[i] / total;
      sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return sum;
  }

  /** The same for whole shares, such as weights. */
  public static double of(int[] counts, int... shares) {
    return of(counts, IntStream.of(shares).asDoubleStream().toArray());
  }

  /**
   * What chance alone exceeds once in a thousand times with so many counts (Wilson and Hilferty's
   * approximation).
   */
  public static double bound(int counts) {
    double freedom = counts - 1.0;
    double part = 2 / (9 * freedom);
    double root = 1 - part + 3.0902 * Math.sqrt(part);
    return freedom * root * root * root;
  }

  /** So many random numbers, the same ones each time. */
  public static IntStream numbers(int count) {
    return new Random(7).ints(count);
  }
}
