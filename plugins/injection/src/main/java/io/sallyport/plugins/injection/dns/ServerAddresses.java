package io.sallyport.plugins.injection.dns;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.config.ConfigSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Name servers as settings write them.
 *
 * @since 0.1
 */
public final class ServerAddresses {
  /** Where name servers listen. */
  public static final int PORT = 53;

  /** Where the injector {@code dns} listens by default. */
  public static final InetSocketAddress RESPONDER = DnsSettings.DEFAULTS.listens();

  private static final int LARGEST_PORT = 65_535;

  private ServerAddresses() {}

  /** The servers of a list; what is none is a problem. */
  public static List<InetSocketAddress> of(ConfigSection section, String key) {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String text : section.texts(key)) {
      Optional<InetSocketAddress> server = parse(text);
      if (server.isEmpty()) {
        section.problem(
            key,
            "holds \"" + text + "\", which is no name server's address",
            "write an address such as 10.0.0.10, 10.0.0.10:53 or [fd00::10]:53");
      } else if (!servers.contains(server.get())) {
        servers.add(server.get());
      }
    }
    return servers;
  }

  /** {@code 10.0.0.10}, {@code 10.0.0.10:53}, {@code fd00::10} or {@code [fd00::10]:53}. */
  static Optional<InetSocketAddress> parse(String text) {
    Optional<InetAddress> bare = Addresses.literal(text);
    if (bare.isPresent()) {
      return bare.filter(ServerAddresses::askable).map(at -> new InetSocketAddress(at, PORT));
    }
    int colon = text.lastIndexOf(':');
    if (colon < 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port == 0 || port > LARGEST_PORT) {
      return Optional.empty();
    }
    return Addresses.literal(text.substring(0, colon))
        .filter(ServerAddresses::askable)
        .map(address -> new InetSocketAddress(address, port));
  }

  private static boolean askable(InetAddress address) {
    return !address.isAnyLocalAddress() && !address.isMulticastAddress();
  }
}
