package io.sallyport.benchmarks.fleet;

import java.util.Arrays;
import java.util.Collection;

/**
 * Figures in brief.
 *
 * @param count how many there are
 * @param median the middle one
 * @param p99 the one that 99 % do not exceed; of fewer than 100 the largest
 * @param most the largest
 */
record Quantiles(int count, double median, double p99, double most) {
  /**
   * Of some figures.
   *
   * @throws IllegalArgumentException when there are none
   */
  static Quantiles of(Collection<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("no figures, so no median");
    }
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Quantiles(
        sorted.length,
        at(sorted, 0.5),
        at(sorted, 0.99),
        Arrays.stream(sorted).max().orElseThrow());
  }

  /** The nearest rank. */
  private static double at(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
