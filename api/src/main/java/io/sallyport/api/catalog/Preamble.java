package io.sallyport.api.catalog;

import java.time.Duration;
import java.util.Objects;

/**
 * What is heard of a client before an endpoint is chosen, and what the endpoint is told before the
 * client's first byte.
 *
 * @param accept who begins with a PROXY header
 * @param send the header that endpoints get
 * @param routing how services that share an address and a port are told apart
 * @param patience how long a client may take over its header and its server name
 * @since 0.1
 */
public record Preamble(AcceptProxy accept, SendProxy send, Routing routing, Duration patience) {
  /** Nothing is heard and nothing told: a session begins with its client's first byte. */
  public static final Preamble NONE =
      new Preamble(AcceptProxy.NONE, SendProxy.NONE, Routing.NONE, Duration.ofSeconds(5));

  /** Checks that nothing is null. */
  public Preamble {
    Objects.requireNonNull(accept, "accept");
    Objects.requireNonNull(send, "send");
    Objects.requireNonNull(routing, "routing");
    Objects.requireNonNull(patience, "patience");
  }

  /** Whether the client has something to say before an endpoint is chosen. */
  public boolean hears() {
    return !accept.from().isEmpty() || routing.by() != Routing.By.NONE;
  }
}
