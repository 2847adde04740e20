package io.sallyport.distribution.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts requests. Any thread. */
final class DemoTally {
  private static final int MOST_FAILURES_KEPT = 5;
  // Times in tenths of a millisecond, up to ten seconds; what is longer counts as the last.
  private static final int SLOTS = 100_000;
  private static final long SLOT_NANOS = 100_000;

  private final Map<String, Long> zones = new TreeMap<>();
  private final Map<DemoTarget, Long> targets = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private final int[] times = new int[SLOTS];
  private long answered;
  private long failed;
  private Duration slowest = Duration.ZERO;

  /**
   * What has been counted.
   *
   * @param answered requests that a zone answered
   * @param failed requests that failed
   * @param slowest the slowest answer
   * @param zones answers for each zone
   * @param targets answers for each target
   * @param failures the first few failures, in words
   */
  record Count(
      long answered,
      long failed,
      Duration slowest,
      Map<String, Long> zones,
      Map<DemoTarget, Long> targets,
      List<String> failures) {
    /** Both kinds. */
    long requests() {
      return answered + failed;
    }
  }

  /** Counts an answer. */
  synchronized void answered(DemoTarget target, String zone, Duration took) {
    answered++;
    zones.merge(zone, 1L, Long::sum);
    targets.merge(target, 1L, Long::sum);
    times[(int) Math.min(SLOTS - 1, took.toNanos() / SLOT_NANOS)]++;
    if (took.compareTo(slowest) > 0) {
      slowest = took;
    }
  }

  /** Counts a failure. */
  synchronized void failed(String why) {
    failed++;
    if (failures.size() < MOST_FAILURES_KEPT) {
      failures.add(why);
    }
  }

  /** All of it, at one moment. */
  synchronized Count count() {
    return new Count(
        answered, failed, slowest, Map.copyOf(zones), Map.copyOf(targets), List.copyOf(failures));
  }

  /**
   * The time within which a share of the answers came.
   *
   * @param share from 0 to 1
   */
  synchronized Duration within(double share) {
    long wanted = (long) Math.ceil(answered * share);
    long seen = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      seen += times[slot];
      if (seen >= wanted) {
        return Duration.ofNanos((slot + 1) * SLOT_NANOS);
      }
    }
    return slowest;
  }
}
