package io.sallyport.api.catalog;

import java.time.Duration;
import java.util.Objects;

/**
 * What the kernel does for both sides of a session. TCP_NODELAY is always set.
 *
 * @param keepAliveIdle silence before the first keepalive probe (TCP_KEEPIDLE); whole seconds, zero
 *     switches keepalive off
 * @param keepAliveInterval between keepalive probes (TCP_KEEPINTVL); whole seconds
 * @param keepAliveProbes unanswered probes that end the connection (TCP_KEEPCNT)
 * @param userTimeout how long sent data may stay unacknowledged (TCP_USER_TIMEOUT, RFC 5482);
 *     milliseconds, zero leaves it to the kernel
 * @since 0.1
 */
public record TcpOptions(
    Duration keepAliveIdle, Duration keepAliveInterval, int keepAliveProbes, Duration userTimeout) {
  private static final int MOST_PROBES = 127;

  /**
   * Checks the count.
   *
   * @throws IllegalArgumentException when it is out of its bounds
   */
  public TcpOptions {
    Objects.requireNonNull(keepAliveIdle, "keepAliveIdle");
    Objects.requireNonNull(keepAliveInterval, "keepAliveInterval");
    Objects.requireNonNull(userTimeout, "userTimeout");
    Bounds.within(keepAliveProbes, 1, MOST_PROBES, "keepAliveProbes");
  }
}
