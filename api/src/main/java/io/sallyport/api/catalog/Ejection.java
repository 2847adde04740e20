package io.sallyport.api.catalog;

import java.time.Duration;
import java.util.Objects;

/**
 * When an endpoint that fails live sessions is ejected: left out for a time, whatever its checks
 * say.
 *
 * <p>An ejection lasts the base time, multiplied by the number of ejections so far, and the longest
 * time at most. Each base time that passes between two ejections takes one off that number.
 *
 * @param consecutiveFailures sessions that it fails with none that it serves in between; 0 means
 *     that nothing is ever ejected
 * @param window the time within which all of them must have failed
 * @param baseTime how long the first ejection lasts
 * @param maxTime how long one lasts at most
 * @param maxPercent of the endpoints of one role that could take sessions, how many may be ejected
 *     at once, from 1 to 100; one always may where there are two or more
 * @since 0.1
 */
public record Ejection(
    int consecutiveFailures, Duration window, Duration baseTime, Duration maxTime, int maxPercent) {
  /** The most failures that can be waited for. */
  public static final int MOST_FAILURES = 100;

  /** Nothing is ever ejected. */
  public static final Ejection NEVER =
      new Ejection(0, Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofMinutes(5), 30);

  private static final int WHOLE = 100;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when a number is out of its bounds
   */
  public Ejection {
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(baseTime, "baseTime");
    Objects.requireNonNull(maxTime, "maxTime");
    Bounds.within(consecutiveFailures, 0, MOST_FAILURES, "consecutiveFailures");
    Bounds.within(maxPercent, 1, WHOLE, "maxPercent");
    positive(window, "window");
    positive(baseTime, "baseTime");
    if (maxTime.compareTo(baseTime) < 0) {
      throw new IllegalArgumentException(
          "maxTime must not be shorter than baseTime, not " + maxTime);
    }
  }

  /** Whether anything is ever ejected. */
  public boolean wanted() {
    return consecutiveFailures > 0;
  }

  private static void positive(Duration duration, String name) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, not " + duration);
    }
  }
}
