package io.sallyport.control.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts, with full jitter: each is drawn between nothing and a bound that doubles
 * with every failure, so that a fleet that lost its control plane does not come back all at once.
 * Used by one thread.
 */
final class Backoff {
  private static final int MOST_DOUBLINGS = 30;

  private final long least;
  private final long most;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration least, Duration most, RandomGenerator random) {
    this.least = least.toMillis();
    this.most = most.toMillis();
    this.random = random;
  }

  /** The pause after one more failure. */
  Duration next() {
    long bound = Math.min(most, least << Math.min(failures, MOST_DOUBLINGS));
    failures++;
    return Duration.ofMillis(random.nextLong(Math.max(1, bound) + 1));
  }

  void reset() {
    failures = 0;
  }
}
