package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.balancing.Candidate;
import java.util.Arrays;
import java.util.List;

/**
 * Which candidate each place of a table belongs to, by the algorithm of Maglev (Eisenbud and
 * others, NSDI 2016): each candidate goes through the places in an order of its own, that of its
 * name, and they take turns in taking the next free one. So the places are shared exactly by
 * weight, and most of them stay with their owner when another one comes or goes.
 */
final class MaglevTable {
  private static final int FREE = -1;

  /** Sizes that were not set: a hundred places or so for each candidate, as the paper advises. */
  private static final int[] PRIMES = {4_099, 65_537, 262_139};

  private static final int PLACES_EACH = 100;

  private MaglevTable() {}

  /** The size for so many candidates. */
  static int sizeFor(int candidates) {
    for (int prime : PRIMES) {
      if ((long) candidates * PLACES_EACH <= prime) {
        return prime;
      }
    }
    return PRIMES[PRIMES.length - 1];
  }

  /**
   * Fills a table.
   *
   * @param size a prime, so that every step leads through all places
   */
  static int[] of(List<Candidate> candidates, int size) {
    int count = candidates.size();
    int[] place = new int[count];
    int[] step = new int[count];
    int[] weight = new int[count];
    long[] due = new long[count];
    long heaviest = 1;
    for (int i = 0; i < count; i++) {
      long hash = Hashes.of(candidates.get(i).name());
      place[i] = Hashes.below(size, hash);
      step[i] = 1 + Hashes.below(size - 1, Hashes.mixed(hash));
      weight[i] = candidates.get(i).weight();
      due[i] = weight[i];
      heaviest = Math.max(heaviest, weight[i]);
    }
    int[] table = new int[size];
    Arrays.fill(table, FREE);
    int taken = 0;
    while (taken < size) {
      for (int i = 0; i < count && taken < size; i++) {
        // The heaviest has each turn, the others as many as their weight is of its.
        if (due[i] < heaviest) {
          due[i] += weight[i];
          continue;
        }
        due[i] += weight[i] - heaviest;
        int at = place[i];
        while (table[at] != FREE) {
          at = next(at, step[i], size);
        }
        table[at] = i;
        place[i] = next(at, step[i], size);
        taken++;
      }
    }
    return table;
  }

  /** The place after this one, for somebody with that step. */
  static int next(int place, int step, int size) {
    int next = place + step;
    return next >= size ? next - size : next;
  }
}
