package io.sallyport.api.catalog;

import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must hold between the parts of a catalog, wherever it came from. All violations are found at
 * once, each with the path {@code services.ID…} of the offending value; whoever read the file adds
 * the origin. Services that no node can be meant to have both of are no concern of each other's.
 *
 * @since 0.1
 */
public final class CatalogRules {
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> services = new HashSet<>();
  private final Map<HostName, List<Claim>> names = new HashMap<>();
  private final Map<Listener, List<Place>> listeners = new HashMap<>();
  private final Map<Listener, CrossingRules> crossings = new HashMap<>();

  /** What a node accepts on, or an endpoint may be mistaken for. */
  private record Listener(InetAddress address, int port) {
    String text() {
      return Addresses.text(address, port);
    }
  }

  /** Who has a name, on which nodes. */
  private record Claim(String service, NodeSelector nodes) {}

  /** A port of a service. Its path is put together only for what is wrong. */
  private record Place(String service, int port, NodeSelector nodes, boolean shared) {
    String path() {
      return CatalogRules.path(service) + ".ports[" + port + "]";
    }

    String endpoint(int endpoint) {
      return path() + ".endpoints[" + endpoint + "]";
    }

    String host(int endpoint) {
      return endpoint(endpoint) + ".host";
    }
  }

  private CatalogRules() {}

  /** All violations, in the order of the catalog; empty when the catalog may be used. Pure. */
  public static List<Problem> violations(Catalog catalog) {
    CatalogRules rules = new CatalogRules();
    for (Service service : catalog.services()) {
      rules.claims(service);
    }
    for (Service service : catalog.services()) {
      rules.endpoints(service);
    }
    return List.copyOf(rules.problems);
  }

  /** Why a node cannot own an address, in words that follow it; empty when it can. */
  public static String unusable(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      return "means every address of the node, not one of its own";
    }
    if (address.isMulticastAddress()) {
      return "is a multicast address";
    }
    if (address.isLinkLocalAddress()) {
      return "is link-local, which means nothing without an interface";
    }
    if (address instanceof Inet4Address) {
      byte[] bytes = address.getAddress();
      int first = bytes[0] & 0xff;
      if (first == 0) {
        return "lies in 0.0.0.0/8, which no node may own";
      }
      if (first >= 240) {
        return "is reserved or broadcast";
      }
      if (first == 127 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 0) {
        return "is the loopback's network address";
      }
      if (first == 127 && bytes[1] == -1 && bytes[2] == -1 && bytes[3] == -1) {
        return "is the loopback's broadcast address";
      }
    }
    return "";
  }

  private void claims(Service service) {
    String path = path(service.id());
    if (!services.add(service.id())) {
      violation(path, "", "is declared twice", "give each service an id of its own");
    }
    String unusable = unusable(service.address());
    if (!unusable.isEmpty()) {
      violation(
          path + ".address",
          Addresses.text(service.address()),
          unusable,
          "choose an address that only this node will use, such as 172.20.0.7 or 127.20.0.7");
    }
    if (service.ports().isEmpty()) {
      violation(path + ".ports", "", "holds no port", "add a port, such as ports = [443]");
    }
    for (int i = 0; i < service.names().size(); i++) {
      HostName name = service.names().get(i);
      if (name.text().equals("localhost") || name.text().endsWith(".localhost")) {
        violation(
            path + ".names[" + i + "]", name.text(), "would take over localhost", "remove it");
        continue;
      }
      List<Claim> claims = names.computeIfAbsent(name, none -> new ArrayList<>(1));
      Optional<String> captor = captor(claims, service);
      if (captor.isPresent()) {
        boolean itself = captor.get().equals(service.id());
        violation(
            path + ".names[" + i + "]",
            name.text(),
            itself
                ? "stands twice in this service"
                : "is already a name of service " + captor.get(),
            itself
                ? "remove one of them"
                : "a name leads to one address: leave it to one of the two services");
      }
      claims.add(new Claim(service.id(), service.nodes()));
    }
    for (int i = 0; i < service.ports().size(); i++) {
      listens(service, i);
    }
  }

  private void listens(Service service, int index) {
    Preamble preamble = service.ports().get(index).preamble();
    boolean shared = preamble.routing().by() != Routing.By.NONE;
    Listener listener = new Listener(service.address(), service.ports().get(index).listen());
    Place at = new Place(service.id(), index, service.nodes(), shared);
    List<Place> places = listeners.computeIfAbsent(listener, none -> new ArrayList<>(1));
    Optional<Place> other =
        places.stream()
            .filter(place -> !(shared && place.shared()) && meet(place, service))
            .findFirst();
    if (other.isPresent()) {
      violation(
          at.path(),
          String.valueOf(listener.port()),
          "would listen on " + listener.text() + ", which " + other.get().path() + " already does",
          "give one of them another port or address, or let both say route { by = sni }");
    } else if (shared) {
      problems.addAll(
          crossings
              .computeIfAbsent(listener, missing -> new CrossingRules(listener.text()))
              .claims(at.path(), preamble, service.nodes()));
    }
    places.add(at);
  }

  private static boolean meet(Place place, Service service) {
    return !place.nodes().disjoint(service.nodes());
  }

  /** Whoever has a name on a node that a service is meant for. */
  private static Optional<String> captor(List<Claim> claims, Service service) {
    return claims.stream()
        .filter(claim -> !claim.nodes().disjoint(service.nodes()))
        .map(Claim::service)
        .findFirst();
  }

  private void endpoints(Service service) {
    for (int p = 0; p < service.ports().size(); p++) {
      ServicePort port = service.ports().get(p);
      Place at = new Place(service.id(), p, service.nodes(), false);
      if (port.endpoints().isEmpty()) {
        violation(at.path() + ".endpoints", "", "is empty", "add at least one endpoint");
      } else if (port.endpoints().stream().noneMatch(e -> e.role() == EndpointRole.PRIMARY)) {
        violation(
            at.path() + ".endpoints",
            "",
            "holds only backups",
            "make at least one endpoint primary");
      }
      Set<String> seen = HashSet.newHashSet(port.endpoints().size());
      for (int e = 0; e < port.endpoints().size(); e++) {
        Endpoint endpoint = port.endpoints().get(e);
        if (!seen.add(endpoint.name())) {
          violation(
              at.path() + ".endpoints[" + e + "]",
              endpoint.name(),
              "has the same name as an earlier endpoint of this port",
              "remove one of them, or give each a name of its own");
        }
        reachable(service, endpoint, at, e);
        source(endpoint, at, e);
      }
    }
  }

  /** An endpoint whose name or address is one of ours would make sessions go round in circles. */
  private void reachable(Service service, Endpoint endpoint, Place place, int index) {
    var address = endpoint.address();
    if (address.isEmpty()) {
      if (HostName.complaint(endpoint.host()).isPresent()) {
        return;
      }
      Optional<String> captor =
          captor(names.getOrDefault(new HostName(endpoint.host()), List.of()), service);
      if (captor.isPresent()) {
        violation(
            place.host(index),
            endpoint.host(),
            "is a public name of service "
                + captor.get()
                + ", so the node would resolve it to itself and sessions would go round in circles",
            "use the endpoint's private name or its address");
      }
      return;
    }
    if (address.get().isAnyLocalAddress() || address.get().isMulticastAddress()) {
      violation(
          place.host(index),
          endpoint.host(),
          "is no address to connect to",
          "use the endpoint's own address");
      return;
    }
    Optional<Place> captor =
        listeners.getOrDefault(new Listener(address.get(), endpoint.port()), List.of()).stream()
            .filter(listener -> meet(listener, service))
            .findFirst();
    if (captor.isPresent()) {
      violation(
          place.host(index),
          Addresses.text(address.get(), endpoint.port()),
          "is the listener of " + captor.get().path() + ", so sessions would go round in circles",
          "use the endpoint's own address");
    }
  }

  /** Whether the node could connect from the address that an endpoint's connections come from. */
  private void source(Endpoint endpoint, Place place, int index) {
    if (endpoint.source().isEmpty()) {
      return;
    }
    InetAddress source = endpoint.source().get();
    String path = place.endpoint(index) + ".source-address";
    String unusable = unusable(source);
    if (!unusable.isEmpty()) {
      violation(
          path,
          Addresses.text(source),
          unusable,
          "use an address that the node has, or leave it out");
      return;
    }
    var address = endpoint.address();
    if (address.isPresent() && !Addresses.sameFamily(address.get(), source)) {
      violation(
          path,
          Addresses.text(source),
          "is an "
              + Addresses.family(source)
              + " address, and endpoint "
              + endpoint.name()
              + " has an "
              + Addresses.family(address.get())
              + " one",
          "give that endpoint a source-address of its own family, or source-address = \"\"");
    }
  }

  private static String path(String service) {
    return "services." + service;
  }

  private void violation(String path, String value, String message, String remedy) {
    problems.add(new Problem(Severity.ERROR, Origin.UNKNOWN, path, value, message, remedy));
  }
}
