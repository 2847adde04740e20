package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.ServicePort;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The endpoints of a service as written: once for all ports where these lead to the same hosts,
 * else for each port.
 */
final class EndpointText {
  private static final Pattern PLAIN_WORD =
      Pattern.compile("[A-Za-z][A-Za-z0-9.-]*|\\d+(?:\\.\\d+){3}");
  private static final Set<String> WORDS_OF_HOCON =
      Set.of("null", "true", "false", "include", "yes", "no", "on", "off");

  private final List<ServicePort> ports;
  private final List<String> shared;

  private EndpointText(List<ServicePort> ports, List<String> shared) {
    this.ports = ports;
    this.shared = shared;
  }

  static EndpointText of(List<ServicePort> ports) {
    List<String> first = items(ports.getFirst());
    boolean portless =
        ports.stream()
            .allMatch(port -> items(port).equals(first) && (ports.size() == 1 || onePort(port)));
    return new EndpointText(ports, portless ? first : List.of());
  }

  /** What the service says for all its ports; empty when each says it for itself. */
  List<String> shared() {
    return shared;
  }

  /** What a port says for itself. */
  List<String> own(int port) {
    return items(ports.get(port));
  }

  /** The port that endpoints without one have. */
  int target(int port) {
    return target(ports.get(port));
  }

  /** A word in quotes where HOCON wants them. */
  static String word(String text) {
    boolean plain = PLAIN_WORD.matcher(text).matches() && !WORDS_OF_HOCON.contains(text);
    return plain ? text : CatalogWriter.quoted(text);
  }

  private static int target(ServicePort port) {
    return port.endpoints().isEmpty() || !onePort(port)
        ? port.listen()
        : port.endpoints().getFirst().port();
  }

  private static boolean onePort(ServicePort port) {
    return port.endpoints().stream().map(Endpoint::port).distinct().count() <= 1;
  }

  private static List<String> items(ServicePort port) {
    List<Endpoint> endpoints = port.endpoints();
    int target = target(port);
    boolean ownSource = !oneSource(port);
    Map<String, Integer> hosts = new HashMap<>();
    endpoints.forEach(endpoint -> hosts.merge(endpoint.host(), 1, Integer::sum));
    List<String> items = new ArrayList<>(endpoints.size());
    for (Endpoint endpoint : endpoints) {
      boolean alone = hosts.getOrDefault(endpoint.host(), 0) == 1;
      String name =
          alone ? endpoint.host() : EndpointDraft.hostAndPort(endpoint.host(), endpoint.port());
      items.add(item(endpoint, target, name, ownSource));
    }
    return items;
  }

  /** Whether connections to all endpoints of a port come from one address, or all from any. */
  static boolean oneSource(ServicePort port) {
    return port.endpoints().stream().map(Endpoint::source).distinct().count() <= 1;
  }

  /** That address. */
  static Optional<InetAddress> source(ServicePort port) {
    return port.endpoints().isEmpty() ? Optional.empty() : port.endpoints().getFirst().source();
  }

  /** An address as it is written; quotes around nothing where any will do. */
  static String text(Optional<InetAddress> source) {
    return source.map(Addresses::text).map(EndpointText::word).orElse("\"\"");
  }

  private static String item(Endpoint endpoint, int target, String usualName, boolean ownSource) {
    List<String> more = new ArrayList<>();
    if (!endpoint.name().equals(usualName)) {
      more.add("name = " + word(endpoint.name()));
    }
    if (!endpoint.region().isEmpty()) {
      more.add("region = " + word(endpoint.region()));
    }
    if (!endpoint.zone().isEmpty()) {
      more.add("zone = " + word(endpoint.zone()));
    }
    if (endpoint.weight() != 1) {
      more.add("weight = " + endpoint.weight());
    }
    if (endpoint.maxSessions() != 0) {
      more.add("max-sessions = " + endpoint.maxSessions());
    }
    if (endpoint.role() != EndpointRole.PRIMARY) {
      more.add("role = " + kebab(endpoint.role()));
    }
    if (endpoint.mode() != EndpointMode.ENABLED) {
      more.add("mode = " + kebab(endpoint.mode()));
    }
    if (!endpoint.checked()) {
      more.add("checked = false");
    }
    if (ownSource && endpoint.source().isPresent()) {
      more.add(EntryReader.SOURCE + " = " + text(endpoint.source()));
    }
    boolean ownPort = endpoint.port() != target;
    if (more.isEmpty()) {
      boolean brackets = Addresses.literal(endpoint.host()).orElse(null) instanceof Inet6Address;
      return ownPort
          ? word(EndpointDraft.hostAndPort(endpoint.host(), endpoint.port()))
          : word(brackets ? "[" + endpoint.host() + "]" : endpoint.host());
    }
    StringBuilder text = new StringBuilder("{ host = ").append(word(endpoint.host()));
    if (ownPort) {
      text.append(", port = ").append(endpoint.port());
    }
    more.forEach(member -> text.append(", ").append(member));
    return text.append(" }").toString();
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
