package io.sallyport.api.health;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Where to converse, and within which bounds.
 *
 * @param address where to connect, resolved
 * @param timeout for everything: connecting, TLS, the dialogue
 * @param mostBytes how much of an answer is kept; an endpoint that says more is not listened to
 * @param tls how to agree on TLS; empty: plain TCP
 * @since 0.1
 */
public record ProbeRequest(
    InetSocketAddress address, Duration timeout, int mostBytes, Optional<ProbeTls> tls) {
  /** As much as HAProxy keeps of an answer. */
  public static final int USUAL_BYTES = 16 * 1024;

  /** The most that any check may keep of an answer. */
  public static final int MOST_BYTES = 1024 * 1024;

  /**
   * Checks the bound.
   *
   * @throws IllegalArgumentException when nothing could be kept, or too much
   */
  public ProbeRequest {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(tls, "tls");
    if (mostBytes < 1 || mostBytes > MOST_BYTES) {
      throw new IllegalArgumentException("an answer cannot be held to " + mostBytes + " bytes");
    }
  }

  /** Plain TCP, with the usual bound. */
  public static ProbeRequest plain(InetSocketAddress address, Duration timeout) {
    return new ProbeRequest(address, timeout, USUAL_BYTES, Optional.empty());
  }
}
