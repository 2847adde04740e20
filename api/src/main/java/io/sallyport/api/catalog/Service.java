package io.sallyport.api.catalog;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One destination: its public names, the node-local address they lead to, and its ports.
 *
 * @param id its key in the catalog; see {@link #ID}
 * @param names the public names; may be empty for a service reached by address
 * @param address the node-local address, IPv4 or IPv6
 * @param ports at least one
 * @param nodes the nodes that it is meant for
 * @since 0.1
 */
public record Service(
    String id,
    List<HostName> names,
    InetAddress address,
    List<ServicePort> ports,
    NodeSelector nodes) {
  /** What an id looks like: letters, digits, dots, hyphens and underscores, at most 128. */
  public static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /** One that is meant for every node. */
  public Service(String id, List<HostName> names, InetAddress address, List<ServicePort> ports) {
    this(id, names, address, ports, NodeSelector.ALL);
  }

  /** The same with other ports. */
  public Service with(List<ServicePort> other) {
    return new Service(id, names, address, other, nodes);
  }

  /**
   * Copies the lists and checks the id.
   *
   * @throws IllegalArgumentException when the id is not one
   */
  public Service {
    names = List.copyOf(names);
    ports = List.copyOf(ports);
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(nodes, "nodes");
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("\"" + id + "\" is not a service id");
    }
  }
}
