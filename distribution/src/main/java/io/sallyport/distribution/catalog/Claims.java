package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.CatalogRules;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the services of a catalog claim and what they seek, so that a change of a few can be judged
 * without a look at all of them. It judges with caution: what it doubts need not be wrong, and is
 * for {@link CatalogRules} to say.
 */
final class Claims {
  private final Map<Object, Integer> claimed = new HashMap<>();
  private final Map<Object, Integer> sought = new HashMap<>();

  /** What somebody accepts on, or would connect to. */
  private record Socket(InetAddress address, int port) {}

  private Claims() {}

  /** Those of a catalog that violates nothing. */
  static Claims of(List<Service> services) {
    Claims claims = new Claims();
    services.forEach(service -> claims.count(service, 1));
    return claims;
  }

  /**
   * Takes some services in the place of others. False if that might violate a rule; these claims
   * are as before then.
   */
  boolean replace(List<Service> gone, List<Service> come) {
    gone.forEach(service -> count(service, -1));
    for (int i = 0; i < come.size(); i++) {
      if (!harmless(come.get(i))) {
        come.subList(0, i).forEach(service -> count(service, -1));
        gone.forEach(service -> count(service, 1));
        return false;
      }
      count(come.get(i), 1);
    }
    return true;
  }

  private boolean harmless(Service service) {
    return CatalogRules.violations(new Catalog(Revision.NONE, List.of(service))).isEmpty()
        && claims(service).stream()
            .noneMatch(claim -> claimed.containsKey(claim) || sought.containsKey(claim))
        && seeks(service).stream().noneMatch(claimed::containsKey);
  }

  private void count(Service service, int times) {
    claims(service).forEach(claim -> count(claimed, claim, times));
    seeks(service).forEach(seek -> count(sought, seek, times));
  }

  private static void count(Map<Object, Integer> counts, Object what, int times) {
    counts.merge(what, times, (before, more) -> before + more == 0 ? null : before + more);
  }

  private static List<Object> claims(Service service) {
    List<Object> claims = new ArrayList<>(service.names());
    service.ports().forEach(port -> claims.add(new Socket(service.address(), port.listen())));
    return claims;
  }

  private static List<Object> seeks(Service service) {
    List<Object> seeks = new ArrayList<>();
    for (ServicePort port : service.ports()) {
      for (Endpoint endpoint : port.endpoints()) {
        if (endpoint.address().isPresent()) {
          seeks.add(new Socket(endpoint.address().get(), endpoint.port()));
        } else if (HostName.complaint(endpoint.host()).isEmpty()) {
          seeks.add(new HostName(endpoint.host()));
        }
      }
    }
    return seeks;
  }
}
