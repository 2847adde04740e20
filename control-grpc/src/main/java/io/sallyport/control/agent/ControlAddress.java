package io.sallyport.control.agent;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.control.resource.Hosts;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a replica of the control plane listens.
 *
 * @param host a host name, or an address without brackets
 * @param port its port
 * @since 0.1
 */
public record ControlAddress(String host, int port) {
  private static final int MOST = 65_535;

  /** Reads {@code host:port}, {@code 10.0.0.4:9430} or {@code [fd00::4]:9430}. */
  static Optional<ControlAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return !Hosts.connectable(host) || port < 1 || port > MOST
          ? Optional.empty()
          : Optional.of(new ControlAddress(host, port));
    } catch (NumberFormatException noPort) {
      return Optional.empty();
    }
  }

  /** The address, where it is one and no name. */
  Optional<InetAddress> literal() {
    return Addresses.literal(host);
  }

  /** As it is written. */
  String text() {
    return literal().map(address -> Addresses.text(address, port)).orElse(host + ":" + port);
  }
}
