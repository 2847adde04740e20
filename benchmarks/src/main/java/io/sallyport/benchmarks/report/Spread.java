package io.sallyport.benchmarks.report;

import java.util.Arrays;
import java.util.Collection;

/**
 * The figures of all rounds in brief.
 *
 * @param median the middle one, or the mean of the two in the middle
 * @param least the smallest
 * @param most the largest
 * @param rounds how many there are
 */
public record Spread(double median, double least, double most, int rounds) {
  /**
   * Of some figures.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static Spread of(Collection<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("no figures, so no median");
    }
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElseThrow(), sorted.length);
  }
}
