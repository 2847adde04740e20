package io.sallyport.api.catalog;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * One place that serves.
 *
 * @param name unique within its listener; the key under which health, counters and sessions survive
 *     a change of the catalog
 * @param host a host name, resolved and re-resolved at run time, or an address
 * @param port from 1 to 65535
 * @param region the region it stands in; empty when unknown
 * @param zone the zone it stands in; empty when unknown
 * @param weight its share of sessions, from 1 to 256
 * @param maxSessions sessions at once, beyond which new ones go elsewhere; 0 means no limit
 * @param role primary or backup
 * @param mode what the operator wants of it
 * @param checked whether its health is checked; an unchecked endpoint counts as healthy
 * @param source the node's address that connections to it come from, those of checks included;
 *     empty leaves it to the kernel
 * @since 0.1
 */
public record Endpoint(
    String name,
    String host,
    int port,
    String region,
    String zone,
    int weight,
    int maxSessions,
    EndpointRole role,
    EndpointMode mode,
    boolean checked,
    Optional<InetAddress> source) {
  /** The largest weight. */
  public static final int MOST_WEIGHT = 256;

  /** One without a region and a limit. */
  public Endpoint(
      String name,
      String host,
      int port,
      String zone,
      int weight,
      EndpointRole role,
      EndpointMode mode,
      boolean checked) {
    this(name, host, port, "", zone, weight, 0, role, mode, checked);
  }

  /** One whose connections come from whichever address the kernel takes. */
  public Endpoint(
      String name,
      String host,
      int port,
      String region,
      String zone,
      int weight,
      int maxSessions,
      EndpointRole role,
      EndpointMode mode,
      boolean checked) {
    this(
        name, host, port, region, zone, weight, maxSessions, role, mode, checked, Optional.empty());
  }

  /** The same, with connections from this address. */
  public Endpoint from(InetAddress address) {
    return new Endpoint(
        name,
        host,
        port,
        region,
        zone,
        weight,
        maxSessions,
        role,
        mode,
        checked,
        Optional.of(address));
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when a number is out of its bounds
   */
  public Endpoint {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(zone, "zone");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(source, "source");
    Bounds.port(port, "port");
    Bounds.within(weight, 1, MOST_WEIGHT, "weight");
    Bounds.within(maxSessions, 0, Integer.MAX_VALUE, "maxSessions");
  }

  /** The host as an address where it is one, without asking any resolver. */
  public Optional<InetAddress> address() {
    return Addresses.literal(host);
  }
}
