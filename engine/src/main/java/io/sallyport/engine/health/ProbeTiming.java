package io.sallyport.engine.health;

import io.sallyport.api.catalog.HealthPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When the next probe of an endpoint starts, and how long it may take.
 *
 * <p>Probes that confirm a doubt (see {@link HealthMonitor}) keep their own time, whatever the
 * policy's intervals: they start a <i>slot</i> apart, where a slot is 2.7 s divided by {@code
 * fall}, at most 1 s, and each may take a slot less 150 ms, at least 250 ms. So an endpoint that
 * was firmly up is down, counted from the first failed connect, within
 *
 * <pre>
 *   (fall - 1) * 1.1 * slot + timeout       fall 1: 0.85 s   fall 2: 1.95 s   fall 3: 2.73 s
 *                                           fall 5: 2.77 s   fall 8: 2.85 s
 * </pre>
 *
 * when it answers nothing, and within {@code (fall - 1) * 1.1 * slot} (fall 3: 1.98 s) when it
 * refuses; 1.1 is the jitter at its worst. A process that restarts within a second or two is not
 * taken for dead. From fall 9 on the 250 ms win, which a far endpoint needs to answer: fall 10
 * takes 3.5 s. A shorter timeout or fast interval of the policy wins over these numbers, and an
 * endpoint whose probes take long even when they pass is given three times that, within the
 * policy's timeout.
 */
final class ProbeTiming {
  /** The least time between the end of a probe and the start of an extra one. */
  static final Duration LEAST_GAP = Duration.ofMillis(100);

  private static final Duration FIRST_SPREAD = Duration.ofMillis(200);
  private static final Duration CONFIRMED_WITHIN = Duration.ofMillis(2700);
  private static final Duration LONGEST_SLOT = Duration.ofSeconds(1);
  private static final Duration SLOT_MARGIN = Duration.ofMillis(150);
  private static final Duration LEAST_TIMEOUT = Duration.ofMillis(250);
  private static final Duration RETURNING_GAP = Duration.ofMillis(250);
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(10);
  private static final int TIMES_A_PASS = 3;
  private static final double JITTER = 0.1;

  private final HealthPolicy policy;
  private final RandomGenerator random;

  ProbeTiming(HealthPolicy policy, RandomGenerator random) {
    this.policy = policy;
    this.random = random;
  }

  /** Before the very first probe: soon, but not all endpoints at once. */
  Duration first() {
    long most = least(policy.interval(), FIRST_SPREAD).toNanos();
    return Duration.ofNanos((long) (most * random.nextDouble()));
  }

  /** After a probe that left the verdict alone. */
  Duration routine(Health health) {
    return jittered(
        switch (health.footing()) {
          case FIRM_UP -> policy.interval();
          case CHANGING -> policy.fastInterval();
          case FIRM_DOWN -> policy.downInterval();
        });
  }

  /** After a probe that changed the verdict. */
  Duration afterVerdict() {
    return jittered(policy.fastInterval());
  }

  /**
   * After a probe that left a doubt.
   *
   * @param sinceStart how long ago that probe started
   */
  Duration confirming(Duration sinceStart) {
    Duration slot = most(jittered(slot()).minus(sinceStart), jittered(LEAST_GAP));
    return least(jittered(policy.fastInterval()), slot);
  }

  /** After a probe that passed while a down endpoint serves sessions. */
  Duration returning() {
    return jittered(least(policy.fastInterval(), RETURNING_GAP));
  }

  /** Before an extra probe, or one that is repeated. */
  Duration gap() {
    return jittered(LEAST_GAP);
  }

  /**
   * How long a probe that confirms a doubt may take.
   *
   * @param usual how long the last passing probe took
   */
  Duration confirmingTimeout(Duration usual) {
    Duration own = most(slot().minus(SLOT_MARGIN), LEAST_TIMEOUT);
    return least(policy.timeout(), most(own, usual.multipliedBy(TIMES_A_PASS)));
  }

  private Duration slot() {
    return least(CONFIRMED_WITHIN.dividedBy(policy.fall()), LONGEST_SLOT);
  }

  private Duration jittered(Duration duration) {
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    long nanos = most(duration, LEAST_INTERVAL).toNanos();
    return Duration.ofNanos((long) (nanos * factor));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Duration most(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
