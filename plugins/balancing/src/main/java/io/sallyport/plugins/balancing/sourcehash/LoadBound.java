package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.balancing.Candidate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many sessions a candidate may have at most: so much of its fair share of all sessions,
 * rounded up.
 *
 * <p>Few candidates are counted at each pick. Many are counted little by little, {@value #AT_ONCE}
 * at each pick, so that the sum is older than that by as many picks as the count takes.
 */
final class LoadBound {
  static final int FEW = 64;
  private static final int AT_ONCE = 16;

  private final Candidate[] candidates;

  /** What each may have of one session of the sum. */
  private final double[] shares;

  private final AtomicInteger cursor = new AtomicInteger();
  private final AtomicLong counting = new AtomicLong();
  private volatile long counted;

  /**
   * Makes a bound.
   *
   * @param factor in percent of the fair share, above 100
   */
  LoadBound(List<Candidate> candidates, int factor) {
    this.candidates = candidates.toArray(Candidate[]::new);
    long weights = candidates.stream().mapToLong(Candidate::weight).sum();
    shares =
        candidates.stream().mapToDouble(one -> factor / 100.0 * one.weight() / weights).toArray();
    counted = sum(0, this.candidates.length);
  }

  private boolean few() {
    return candidates.length <= FEW;
  }

  /**
   * From where to look for room when a client's own order has none: from its usual candidate on
   * where all can be looked at, else each time from somewhere else.
   */
  int start(int usual) {
    return few() ? usual : Hashes.below(candidates.length, Hashes.mixed(cursor.get()));
  }

  /** The sessions on all of them, the one that is to come included. */
  long sessions() {
    if (few()) {
      return sum(0, candidates.length) + 1;
    }
    int rounds = (candidates.length + AT_ONCE - 1) / AT_ONCE;
    int round = Integer.remainderUnsigned(cursor.getAndIncrement(), rounds);
    int from = round * AT_ONCE;
    long some = sum(from, Math.min(from + AT_ONCE, candidates.length));
    long all = counting.addAndGet(some);
    if (round == rounds - 1) {
      counting.addAndGet(-all);
      counted = all;
    }
    return counted + 1;
  }

  /** Whether a candidate has room, where there are so many sessions in all. */
  boolean room(int index, long sessions) {
    return candidates[index].activeSessions() < Math.ceil(shares[index] * sessions);
  }

  /** How full a candidate is, to compare it with others. */
  double fullness(int index) {
    return candidates[index].activeSessions() / shares[index];
  }

  private long sum(int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += candidates[i].activeSessions();
    }
    return sum;
  }
}
