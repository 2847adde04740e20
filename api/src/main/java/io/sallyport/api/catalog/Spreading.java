package io.sallyport.api.catalog;

import java.time.Duration;
import java.util.Objects;

/**
 * What is decided of sessions in front of every balancer.
 *
 * <p>Where the node's own zone is preferred, it takes as many of the sessions as it has healthy
 * capacity, in parts of its declared one, times the overprovisioning, and never more than all; the
 * rest goes to the next nearest in the same way, as Envoy's priorities do. With 140 %, a zone that
 * has lost two of ten endpoints still takes all, and one that has lost five takes 70 %.
 *
 * @param preference which endpoints a node prefers for where they stand
 * @param overprovisioning in percent, at least 100: how much capacity endpoints have for what is
 *     usually asked of them
 * @param panicThreshold in percent of the primaries that have been checked: where fewer pass, and
 *     no backup does, sessions go to all of them, whatever their checks say; 0 means only where
 *     none passes. Means nothing where {@link AllDown#FAIL_CLOSED} is chosen
 * @param slowStart how long an endpoint's weight takes to grow to its full one once it has come
 *     back; zero means that it is there at once
 * @param ejection when an endpoint that fails live sessions is left out
 * @since 0.1
 */
public record Spreading(
    LocalityPreference preference,
    int overprovisioning,
    int panicThreshold,
    Duration slowStart,
    Ejection ejection) {
  /** The most that endpoints can be said to be overprovisioned, in percent. */
  public static final int MOST_OVERPROVISIONING = 10_000;

  /** That of a port whose maker says nothing of it. */
  public static final Spreading PLAIN =
      new Spreading(LocalityPreference.NEAREST, 140, 0, Duration.ZERO);

  private static final int WHOLE = 100;

  /** One that {@linkplain Ejection#NEVER never} ejects an endpoint. */
  public Spreading(
      LocalityPreference preference, int overprovisioning, int panicThreshold, Duration slowStart) {
    this(preference, overprovisioning, panicThreshold, slowStart, Ejection.NEVER);
  }

  /** The same with other ejections. */
  public Spreading with(Ejection other) {
    return new Spreading(preference, overprovisioning, panicThreshold, slowStart, other);
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when a number is out of its bounds
   */
  public Spreading {
    Objects.requireNonNull(preference, "preference");
    Objects.requireNonNull(slowStart, "slowStart");
    Objects.requireNonNull(ejection, "ejection");
    Bounds.within(overprovisioning, WHOLE, MOST_OVERPROVISIONING, "overprovisioning");
    Bounds.within(panicThreshold, 0, WHOLE, "panicThreshold");
    if (slowStart.isNegative()) {
      throw new IllegalArgumentException("slowStart must not be negative, not " + slowStart);
    }
  }
}
