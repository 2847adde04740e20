package io.sallyport.api.catalog;

import java.util.List;
import java.util.Objects;

/**
 * Who begins a connection by telling, in HAProxy's PROXY protocol, whom it speaks for.
 *
 * @param from those who must; none means that nobody does, and that nothing is looked at
 * @param others what becomes of everybody else
 * @since 0.1
 */
public record AcceptProxy(List<NetworkPrefix> from, Others others) {
  /** Nobody does. */
  public static final AcceptProxy NONE = new AcceptProxy(List.of(), Others.REFUSE);

  /** What becomes of a client that is not one of those who must send a header. */
  public enum Others {
    /** Its connection is cut. */
    REFUSE,
    /** It is taken for what it is; a header of its own would go to the endpoint as it came. */
    PLAIN
  }

  /** Copies the networks. */
  public AcceptProxy {
    from = List.copyOf(from);
    Objects.requireNonNull(others, "others");
  }
}
