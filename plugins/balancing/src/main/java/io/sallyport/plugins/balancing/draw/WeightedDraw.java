package io.sallyport.plugins.balancing.draw;

import io.sallyport.api.balancing.Candidate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Draws one of several candidates, each as likely as its weight says, in the same short time
 * however many there are: Walker's alias method, in Vose's form and in whole numbers.
 *
 * <p>All candidates have a column of the same height. A column that its own weight does not fill is
 * topped up with a part of one other candidate that has more than it needs. A draw is a column and
 * a height in it.
 *
 * <p>Unchanging; any thread.
 */
public final class WeightedDraw {
  private static final long BITS = 0xFFFF_FFFFL;

  /** Below this height, in 2^32nds, a column is its own candidate's. */
  private final long[] own;

  private final int[] other;

  private WeightedDraw(long[] own, int[] other) {
    this.own = own;
    this.other = other;
  }

  /** Prepares draws from these candidates. */
  public static WeightedDraw of(List<Candidate> candidates) {
    int count = candidates.size();
    long total = 0;
    for (Candidate candidate : candidates) {
      total += candidate.weight();
    }
    // What each has, in units of which a column holds the total.
    long[] has = new long[count];
    long[] own = new long[count];
    int[] other = new int[count];
    Deque<Integer> poor = new ArrayDeque<>();
    Deque<Integer> rich = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      has[i] = (long) candidates.get(i).weight() * count;
      (has[i] < total ? poor : rich).add(i);
    }
    while (!poor.isEmpty()) {
      int column = poor.remove();
      int giver = rich.element();
      own[column] = Math.round((double) has[column] / total * (BITS + 1));
      other[column] = giver;
      has[giver] -= total - has[column];
      if (has[giver] < total) {
        poor.add(rich.remove());
      }
    }
    for (int full : rich) {
      own[full] = BITS + 1;
      other[full] = full;
    }
    return new WeightedDraw(own, other);
  }

  /**
   * The index that 32 random bits stand for.
   *
   * @param random of which the lower half counts
   */
  public int index(long random) {
    long place = (random & BITS) * own.length;
    int column = (int) (place >>> 32);
    return (place & BITS) < own[column] ? column : other[column];
  }
}
