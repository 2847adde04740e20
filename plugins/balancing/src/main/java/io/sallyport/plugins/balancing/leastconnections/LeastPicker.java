package io.sallyport.plugins.balancing.leastconnections;

import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Looks for the least busy one from a place that moves on with each pick. */
final class LeastPicker implements Picker {
  static final int WINDOW = 256;

  /** 2^64 divided by the golden ratio, to the nearest odd number. */
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final Candidate[] candidates;
  private final int[] weights;

  /** Where each one's part of a circle ends, as wide as its weight: only for several windows. */
  private final int[] ends;

  private final AtomicInteger cursor;

  LeastPicker(List<Candidate> candidates, AtomicInteger cursor) {
    this.candidates = candidates.toArray(Candidate[]::new);
    this.weights = candidates.stream().mapToInt(Candidate::weight).toArray();
    this.ends = this.candidates.length > WINDOW ? weights.clone() : new int[0];
    Arrays.parallelPrefix(ends, Integer::sum);
    this.cursor = cursor;
  }

  @Override
  public int pick(PickRequest request) {
    int start = start(cursor.getAndIncrement());
    int picked = least(start, Math.min(WINDOW, candidates.length), request);
    return picked != NONE || candidates.length <= WINDOW
        ? picked
        : least(start, candidates.length, request);
  }

  /** The next one in turn; where not all are looked at, each as often as its weight. */
  private int start(int turn) {
    if (ends.length == 0) {
      return Integer.remainderUnsigned(turn, candidates.length);
    }
    long angle = Integer.toUnsignedLong(turn) * STEP;
    int place = (int) Math.unsignedMultiplyHigh(angle, ends[ends.length - 1]);
    int found = Arrays.binarySearch(ends, place);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private int least(int start, int many, PickRequest request) {
    int best = NONE;
    long bestSessions = 0;
    int at = start;
    for (int i = 0; i < many; i++) {
      int sessions = candidates[at].activeSessions();
      // With (s + 1) / weight as the measure, and without dividing.
      boolean less =
          best == NONE
              || sessions <= 0
              || (sessions + 1L) * weights[best] < bestSessions * weights[at];
      if (less && request.admits(at)) {
        if (sessions <= 0) {
          return at;
        }
        best = at;
        bestSessions = sessions + 1L;
      }
      at = at + 1 == candidates.length ? 0 : at + 1;
    }
    return best;
  }
}
