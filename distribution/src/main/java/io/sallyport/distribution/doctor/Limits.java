package io.sallyport.distribution.doctor;

import java.time.Duration;

/**
 * How long each step may take, and how many names are examined at once.
 *
 * @param lookup one reader's answer
 * @param nameServers all name servers' answers together
 * @param connect one connect
 * @param talk one handshake, or one request and its answer
 * @param atOnce names examined at once
 * @since 0.1
 */
public record Limits(
    Duration lookup, Duration nameServers, Duration connect, Duration talk, int atOnce) {
  /** The usual ones. */
  public static final Limits USUAL =
      new Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          24);
}
