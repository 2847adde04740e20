package io.sallyport.control.agent;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names and listeners of the services in force, and perhaps of others: by them a service that
 * has changed shows whether it can be in the way of another at all. Most changes are of endpoints,
 * and cannot. Used by one thread.
 */
final class Claims {
  private final Set<HostName> names = new HashSet<>();
  private final Set<InetSocketAddress> listeners = new HashSet<>();

  /** These claim what they claim, and nobody else anything. */
  void are(Collection<Service> services) {
    names.clear();
    listeners.clear();
    for (Service service : services) {
      names.addAll(service.names());
      service.ports().forEach(port -> listeners.add(listener(service.address(), port.listen())));
    }
  }

  /**
   * Whether a service goes with the others because what it was before did.
   *
   * @param before what is in force of it
   */
  boolean asBefore(Service now, Service before) {
    return sameClaims(now, before)
        && now.ports().stream()
            .flatMap(port -> port.endpoints().stream())
            .noneMatch(this::leadsHere);
  }

  private static boolean sameClaims(Service now, Service before) {
    if (!now.address().equals(before.address())
        || !now.names().equals(before.names())
        || !now.nodes().equals(before.nodes())
        || now.ports().size() != before.ports().size()) {
      return false;
    }
    List<ServicePort> ports = now.ports();
    for (int p = 0; p < ports.size(); p++) {
      ServicePort then = before.ports().get(p);
      if (ports.get(p).listen() != then.listen()
          || !ports.get(p).preamble().equals(then.preamble())) {
        return false;
      }
    }
    return true;
  }

  /** Whether an endpoint may be one of the node's own listeners. */
  private boolean leadsHere(Endpoint endpoint) {
    return endpoint
        .address()
        .map(address -> listeners.contains(listener(address, endpoint.port())))
        .orElseGet(() ->
            HostName.complaint(endpoint.host()).isEmpty()
                && names.contains(new HostName(endpoint.host())));
  }

  private static InetSocketAddress listener(InetAddress address, int port) {
    return new InetSocketAddress(address, port);
  }
}
