package io.sallyport.plugins.balancing.draw;

import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws two candidates by their weights and picks the better one; the first drawn when neither is,
 * so that where all are alike each has exactly its share.
 *
 * <p>Two draws of the same candidate would be no choice: then its neighbour is the second one.
 * Where those drawn are not admitted, it draws again a few times, and then takes the next that is.
 */
public final class TwoChoices implements Picker {
  private static final int DRAWS = 4;

  private final int count;
  private final WeightedDraw draw;
  private final RandomGenerator random;
  private final Comparison comparison;

  /** Says which of two candidates is the better one. */
  @FunctionalInterface
  public interface Comparison {
    /** Whether the other one is better than this one, not merely as good. */
    boolean better(int other, int than);
  }

  /** Makes a picker. */
  public TwoChoices(List<Candidate> candidates, RandomGenerator random, Comparison comparison) {
    this.count = candidates.size();
    this.draw = WeightedDraw.of(candidates);
    this.random = random;
    this.comparison = comparison;
  }

  @Override
  public int pick(PickRequest request) {
    int first = 0;
    for (int i = 0; i < DRAWS; i++) {
      long bits = random.nextLong();
      first = draw.index(bits);
      int second = draw.index(bits >>> 32);
      if (second == first) {
        second = first + 1 == count ? 0 : first + 1;
      }
      boolean firstAdmitted = request.admits(first);
      if (second != first && request.admits(second)) {
        return firstAdmitted && !comparison.better(second, first) ? first : second;
      }
      if (firstAdmitted) {
        return first;
      }
    }
    return nextAfter(first, request);
  }

  private int nextAfter(int drawn, PickRequest request) {
    for (int i = drawn + 1; i < count; i++) {
      if (request.admits(i)) {
        return i;
      }
    }
    for (int i = 0; i <= drawn; i++) {
      if (request.admits(i)) {
        return i;
      }
    }
    return NONE;
  }
}
