package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A service, as far as the way to it is concerned.
 *
 * @param id its id in the catalog
 * @param address where its names shall lead
 * @param names its public names
 * @param ports its ports
 * @since 0.1
 */
public record NamedService(String id, InetAddress address, List<String> names, List<Port> ports) {
  /** HTTPS, and the Kubernetes API server. */
  private static final List<Integer> USUAL = List.of(443, 6443);

  private static final List<String> TLS_CHECKS = List.of("tls", "https");

  /**
   * A port.
   *
   * @param number the port
   * @param proxied whether we have to begin with a PROXY header
   * @param tls whether there is reason to expect TLS: its check speaks it, or its number says so
   */
  public record Port(int number, boolean proxied, boolean tls) {}

  /** Copies the lists. */
  public NamedService {
    names = List.copyOf(names);
    ports = List.copyOf(ports);
  }

  /** A service of a catalog. */
  public static NamedService of(Service service) {
    return new NamedService(
        service.id(),
        service.address(),
        service.names().stream().map(HostName::text).toList(),
        service.ports().stream().map(port -> port(service, port)).toList());
  }

  /** A service that an agent tells of; empty when its address is none. */
  public static Optional<NamedService> of(ServiceStatus service) {
    return Addresses.literal(service.address())
        .map(address ->
            new NamedService(
                service.id(),
                address,
                service.names(),
                service.listeners().stream()
                    .map(ListenerStatus::port)
                    .map(number -> new Port(number, false, usual(number)))
                    .toList()));
  }

  private static Port port(Service service, ServicePort port) {
    // A connection to an address of the node comes from that same address.
    boolean proxied =
        port.preamble().accept().from().stream()
            .anyMatch(network -> network.contains(service.address()));
    boolean checked = TLS_CHECKS.contains(port.health().check().type());
    return new Port(port.listen(), proxied, checked || usual(port.listen()));
  }

  private static boolean usual(int port) {
    return USUAL.contains(port);
  }
}
