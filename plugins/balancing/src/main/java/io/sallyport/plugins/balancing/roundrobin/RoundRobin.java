package io.sallyport.plugins.balancing.roundrobin;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Endpoints take turns, each as often as its weight says, and the turns of one endpoint stand as
 * far apart as they can. The order is that of nginx and HAProxy: by descending weight, then by
 * declaration, so weights 5, 1, 1 give a a b a c a a.
 *
 * <p>A turn counts for all event loops together. One that a session cannot take, because it has
 * tried that endpoint already, goes to the next endpoint in the order.
 *
 * <p>The order of one round is worked out once for each list of candidates. Where a round is longer
 * than {@value #LONGEST_ROUND} turns, turns are spread by multiples of the golden ratio instead:
 * each endpoint's share is the same, and its turns are nearly as far apart.
 */
final class RoundRobin implements Balancer {
  static final int LONGEST_ROUND = 1 << 14;

  private final AtomicInteger cursor = new AtomicInteger();

  @Override
  public Picker picker(List<Candidate> candidates) {
    int[] weights = new int[candidates.size()];
    int divisor = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = candidates.get(i).weight();
      divisor = greatestCommonDivisor(weights[i], divisor);
    }
    long turns = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= divisor;
      turns += weights[i];
    }
    return turns <= LONGEST_ROUND
        ? new RoundPicker(SmoothRound.of(weights), cursor)
        : new GoldenPicker(weights, cursor);
  }

  private static int greatestCommonDivisor(int one, int other) {
    int a = one;
    int b = other;
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
}
