package io.sallyport.distribution.haproxy;

import java.util.Optional;
import java.util.Set;

/**
 * An address of a {@code bind} or {@code server} line, taken apart.
 *
 * @param host without brackets; empty for every address
 * @param port what stands behind the last colon; empty where there is none
 */
record HostAndPort(String host, String port) {
  private static final Set<String> STREAMS = Set.of("ipv4", "ipv6", "tcp", "tcp4", "tcp6");

  /** Takes an address apart; empty for what is no TCP address, such as a UNIX socket. */
  static Optional<HostAndPort> of(String text) {
    String address = text;
    int at = address.indexOf('@');
    if (at >= 0) {
      if (!STREAMS.contains(address.substring(0, at))) {
        return Optional.empty();
      }
      address = address.substring(at + 1);
    }
    if (address.startsWith("/")) {
      return Optional.empty();
    }
    int bracket = address.startsWith("[") ? address.indexOf(']') : -1;
    int colon = address.lastIndexOf(':');
    // An IPv6 address without brackets ends in its port, too.
    boolean port = colon > bracket;
    String host = port ? address.substring(0, colon) : address;
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    return Optional.of(
        new HostAndPort(
            brackets ? host.substring(1, host.length() - 1) : host,
            port ? address.substring(colon + 1) : ""));
  }

  boolean everyAddress() {
    return host.isEmpty() || host.equals("*") || host.equals("0.0.0.0") || host.equals("::");
  }
}
