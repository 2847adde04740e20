package io.sallyport.control.server;

import io.sallyport.control.resource.Hosts;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where another replica says that it is reached. It comes from the store, and is a host with a port
 * and nothing else: no name resolver of gRPC's is chosen by what stands there.
 *
 * @param host a name, or an address without brackets
 * @since 0.1
 */
public record PeerAddress(String host, int port) {
  private static final Pattern PLACE =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]{2,64})]|([^\\[\\]:/\\s]{1,253})):(\\d{1,5})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");
  private static final int MOST_PORT = 65_535;

  /** Reads one; empty when it is no host with a port, or the host none that gRPC takes. */
  public static Optional<PeerAddress> of(String text) {
    return ofAnyPort(text).filter(place -> place.port() != 0);
  }

  /** Reads one whose port may be 0, for one that the system chooses. */
  static Optional<PeerAddress> ofAnyPort(String text) {
    Matcher place = PLACE.matcher(text);
    if (!place.matches()) {
      return Optional.empty();
    }
    String host = place.group(1) == null ? place.group(2) : place.group(1);
    int port = Integer.parseInt(place.group(3));
    return port > MOST_PORT || !Hosts.connectable(host)
        ? Optional.empty()
        : Optional.of(new PeerAddress(host, port));
  }

  /** Whether a replica can have this name. */
  static boolean isName(String replica) {
    return NAME.matcher(replica).matches();
  }
}
