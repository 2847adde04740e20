package io.sallyport.engine.health;

import java.net.InetAddress;

/**
 * Where a probe would go now.
 *
 * @since 0.1
 */
public sealed interface ProbeAddress {
  /** The address of the endpoint's host. */
  record Known(InetAddress address) implements ProbeAddress {}

  /** The host name has not been answered yet: no probe is made, and nothing is held against it. */
  record Pending() implements ProbeAddress {}

  /**
   * The host name has never had an address, and the resolver has said so: a probe fails.
   *
   * @param fault the resolver's words
   */
  record Unknown(String fault) implements ProbeAddress {}
}
