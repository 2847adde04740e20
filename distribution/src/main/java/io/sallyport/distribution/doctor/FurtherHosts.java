package io.sallyport.distribution.doctor;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hosts that servers send their clients to, held against the catalog. What the catalog lacks is
 * collected, and tried as a client would. Any thread.
 */
final class FurtherHosts {
  private static final int MOST_PORT = 65_535;

  static final String REALM = "token realm";
  static final String TOKEN_SERVICE = "token service";
  static final String REDIRECT = "redirect";
  static final String BLOBS = "blobs";

  private final Map<String, NamedService> catalog = new HashMap<>();
  private final SystemReaders readers;
  private final Limits limits;
  private final Map<String, FurtherHost> found = new ConcurrentHashMap<>();
  private final Map<String, Reached> tried = new ConcurrentHashMap<>();

  FurtherHosts(List<NamedService> catalog, SystemReaders readers, Limits limits) {
    catalog.forEach(service -> service.names().forEach(name -> this.catalog.put(name, service)));
    this.readers = readers;
    this.limits = limits;
  }

  private record Reached(boolean reached, String words) {}

  /** All that the catalog lacks, by name. */
  List<FurtherHost> lacking() {
    List<FurtherHost> all = new ArrayList<>(found.values());
    all.sort(
        Comparator.comparing(FurtherHost::host)
            .thenComparingInt(FurtherHost::port)
            .thenComparing(FurtherHost::of)
            .thenComparing(FurtherHost::role));
    return all;
  }

  /**
   * Judges a place that clients are sent to.
   *
   * @param from who sends there, such as {@code icr.io:443}
   * @param use what clients get there, in words
   */
  Link judge(URI place, String role, String from, String use) {
    String written = place.getHost() == null ? "" : place.getHost();
    if (written.isEmpty()) {
      return Link.broken(
          Link.REGISTRY,
          "clients get " + use + " at \"" + place + "\", which names no host",
          "mend the registry's configuration");
    }
    String host = written.toLowerCase(Locale.ROOT);
    boolean clear = "http".equalsIgnoreCase(place.getScheme());
    int port = place.getPort() > 0 ? place.getPort() : clear ? 80 : 443;
    if (port > MOST_PORT) {
      return Link.broken(
          Link.REGISTRY,
          "clients get " + use + " at \"" + place + "\", which has no such port",
          "mend the registry's configuration");
    }
    NamedService service = catalog.get(host);
    String there = host + (port == 443 ? "" : ":" + port);
    if (service != null) {
      return service.ports().stream().anyMatch(listening -> listening.number() == port)
          ? Link.ok(Link.REGISTRY, "clients get " + use + " from " + there + ", of the catalog")
          : Link.broken(
              Link.REGISTRY,
              "clients get "
                  + use
                  + " from "
                  + there
                  + ", and the catalog has "
                  + host
                  + ", but not its port "
                  + port,
              "add port " + port + " to the service " + service.id());
    }
    Reached reached = tried.computeIfAbsent(host + ":" + port, none -> reach(host, port));
    found.putIfAbsent(
        host + " " + port + " " + role + " " + from,
        new FurtherHost(host, port, role, from, reached.words()));
    String reason =
        "clients get " + use + " from " + there + ", which the catalog lacks; " + reached.words();
    String remedy = "add a service for " + host + ", port " + port + ", to the catalog";
    return reached.reached()
        ? Link.warn(Link.REGISTRY, reason, remedy + ", unless this way is meant")
        : Link.broken(Link.REGISTRY, reason, remedy);
  }

  /** Notes the service that tokens are for, where it looks like a host; nobody connects there. */
  void tokenService(String service, String from) {
    String host = service.toLowerCase(Locale.ROOT);
    boolean name = host.indexOf('.') > 0 && HostName.complaint(host).isEmpty();
    if (name && !catalog.containsKey(host)) {
      found.putIfAbsent(
          host + " service " + from,
          new FurtherHost(
              host, 0, TOKEN_SERVICE, from, "only a word in tokens: clients do not connect there"));
    }
  }

  private Reached reach(String host, int port) {
    Optional<InetAddress> literal = Addresses.literal(host);
    Reading reading =
        literal.isPresent()
            ? Reading.found(SystemReaders.JVM, List.of(host), "")
            : readers.jvm(host);
    Optional<InetAddress> address =
        reading.addresses().stream().findFirst().flatMap(Addresses::literal);
    if (address.isEmpty()) {
      return new Reached(false, "its name does not resolve here");
    }
    String text = Addresses.text(address.get(), port);
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.get(), port), Math.toIntExact(limits.connect().toMillis()));
      return new Reached(true, "from here it is reached at " + text);
    } catch (IOException unreachable) {
      return new Reached(
          false, text + " cannot be reached from here (" + unreachable.getMessage() + ")");
    }
  }
}
