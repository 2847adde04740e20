package io.sallyport.control.operate.client;

import io.sallyport.control.resource.Hosts;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a control plane listens.
 *
 * @param host a name or an address, without brackets
 * @param port from 1 to 65535
 * @since 0.1
 */
public record ControlAddress(String host, int port) {
  private static final Pattern WRITTEN =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^\\[\\]:/\\s]+)):(\\d{1,5})");
  private static final int MOST = 65_535;

  /** What {@code control.example:9430} or {@code [::1]:9430} means; empty for anything else. */
  public static Optional<ControlAddress> parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    int port = Integer.parseInt(matcher.group(3));
    return port < 1 || port > MOST || !Hosts.connectable(host)
        ? Optional.empty()
        : Optional.of(new ControlAddress(host, port));
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
