package io.sallyport.control.resource;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Which hosts can be connected to. gRPC throws for others: those whose names a URI cannot hold,
 * with underscores among them. Any thread.
 *
 * @since 0.1
 */
public final class Hosts {
  /** An address of IPv6, which may name a zone. */
  private static final Pattern SCOPED =
      Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]{1,64})?");

  private Hosts() {}

  /** Whether it is a host's name, or an address without brackets, that gRPC takes. */
  public static boolean connectable(String host) {
    return (HostName.complaint(host).isEmpty()
            || Addresses.literal(host).isPresent()
            || SCOPED.matcher(host).matches())
        && host.indexOf('[') < 0
        && inUri(host);
  }

  /** As gRPC asks. */
  private static boolean inUri(String host) {
    try {
      return new URI(null, null, host, 1, null, null, null).getHost() != null;
    } catch (URISyntaxException odd) {
      return false;
    }
  }
}
