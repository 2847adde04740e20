package io.sallyport.api.catalog;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a session may wait for what. Zero switches {@code idle} and {@code halfClosed} off, and
 * ends sessions at once as {@code drain}; the other two are never zero.
 *
 * @param connect one connection attempt to one endpoint
 * @param attemptDelay how long an attempt may dawdle before the next endpoint is tried beside it
 *     (the Connection Attempt Delay of RFC 8305); not below 10 ms
 * @param idle no byte in either direction (HAProxy's {@code timeout tunnel})
 * @param halfClosed no byte in the direction that is still open after the other one has ended
 *     (HAProxy's {@code timeout client-fin} and {@code server-fin})
 * @param drain how long sessions may go on after their listener, endpoint or service was removed
 * @since 0.1
 */
public record Timeouts(
    Duration connect, Duration attemptDelay, Duration idle, Duration halfClosed, Duration drain) {
  /** Checks that nothing is null. */
  public Timeouts {
    Objects.requireNonNull(connect, "connect");
    Objects.requireNonNull(attemptDelay, "attemptDelay");
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(halfClosed, "halfClosed");
    Objects.requireNonNull(drain, "drain");
  }
}
