package io.sallyport.distribution.node;

import io.sallyport.api.catalog.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Addresses with ports, as people write them; no resolver is asked.
 *
 * @since 0.1
 */
public final class SocketAddresses {
  private static final int MOST_PORT = 65_535;

  private SocketAddresses() {}

  /**
   * The address that {@code 127.0.0.1:9420}, {@code [::1]:9420} or {@code localhost:9420} stands
   * for; empty for anything else.
   */
  public static Optional<InetSocketAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean bareSix = host.indexOf(':') >= 0 && !host.startsWith("[");
    if (bareSix) {
      return Optional.empty();
    }
    return port(text.substring(colon + 1))
        .flatMap(port -> host(host).map(address -> new InetSocketAddress(address, port)));
  }

  /** The same, where the port may be left out. */
  public static Optional<InetSocketAddress> parse(String text, int port) {
    return host(text).map(address -> new InetSocketAddress(address, port)).or(() -> parse(text));
  }

  private static Optional<InetAddress> host(String text) {
    return text.equals("localhost") ? Addresses.literal("127.0.0.1") : Addresses.literal(text);
  }

  private static Optional<Integer> port(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text);
    return port <= MOST_PORT ? Optional.of(port) : Optional.empty();
  }
}
