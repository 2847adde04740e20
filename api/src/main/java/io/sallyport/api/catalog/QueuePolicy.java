package io.sallyport.api.catalog;

import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of a session when there is no room for it: it waits in a queue of its port, first
 * come, first served.
 *
 * @param max sessions that may wait at once; one more is refused; 0 means that none waits
 * @param timeout how long one may wait: never zero where some may, and always where none may
 * @since 0.1
 */
public record QueuePolicy(int max, Duration timeout) {
  /** None waits: what finds no room is refused. */
  public static final QueuePolicy NONE = new QueuePolicy(0, Duration.ZERO);

  /**
   * Checks the numbers, and forgets a time that nobody has.
   *
   * @throws IllegalArgumentException when one is out of its bounds
   */
  public QueuePolicy {
    Objects.requireNonNull(timeout, "timeout");
    Bounds.within(max, 0, Integer.MAX_VALUE, "max");
    if (max > 0 && !timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive, not " + timeout);
    }
    if (max == 0) {
      timeout = Duration.ZERO;
    }
  }

  /** Whether any session may wait. */
  public boolean queues() {
    return max > 0;
  }
}
