package io.sallyport.api.health;

import io.sallyport.api.catalog.HostName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What to probe.
 *
 * @param service the service's id
 * @param names the service's public names, in the order of the catalog; may be empty
 * @param endpoint the endpoint's name
 * @param host the endpoint's host as the catalog has it, a name or an address
 * @param address where to connect, resolved
 * @param timeout the whole probe's time
 * @since 0.1
 */
public record CheckTarget(
    String service,
    List<HostName> names,
    String endpoint,
    String host,
    InetSocketAddress address,
    Duration timeout) {
  /** Copies the names. */
  public CheckTarget {
    names = List.copyOf(names);
  }

  /**
   * The name by which clients know what is probed: the service's first public name, or the
   * endpoint's host where it has none.
   */
  public String realName() {
    return names.isEmpty() ? host : names.getFirst().text();
  }

  /** The same endpoint at another port. */
  public InetSocketAddress at(int port) {
    return new InetSocketAddress(address.getAddress(), port);
  }
}
