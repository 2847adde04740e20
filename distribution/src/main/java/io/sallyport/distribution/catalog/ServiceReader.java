package io.sallyport.distribution.catalog;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.distribution.hocon.HoconValues;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one service. */
final class ServiceReader {
  private static final int MOST_PORT = 65_535;
  private static final Pattern PORT = Pattern.compile("\\d{1,5}");

  private final BehaviourReader behaviours;
  private final EndpointReader endpoints = new EndpointReader();
  private final Sharing sharing;
  private int standIns;

  ServiceReader(BehaviourReader behaviours, Sharing sharing) {
    this.behaviours = behaviours;
    this.sharing = sharing;
  }

  /** A port as written. */
  private record PortDraft(
      int listen, int target, Optional<List<EndpointDraft>> endpoints, Behaviour behaviour) {}

  /**
   * Reads a service. What is wrong goes to the section's problems; a service that is not whole is
   * returned all the same where its address and ports are known, so that the rules between services
   * can be looked at too.
   */
  Optional<Service> read(String id, HoconSection section, Behaviour defaults) {
    if (unquoted(section)) {
      return Optional.empty();
    }
    Behaviour behaviour = behaviours.read(section, defaults);
    List<HostName> names = names(section);
    Optional<InetAddress> address = address(section);
    NodeSelector nodes = NodeSelectorReader.read(section);
    Optional<List<EndpointDraft>> shared = endpoints.read(section);
    Optional<List<PortDraft>> ports = ports(section, behaviour);
    section.finish();
    ports.ifPresent(all -> shared.ifPresent(list -> sharedBy(all, list, section)));
    if (address.isEmpty() || ports.isEmpty()) {
      return Optional.empty();
    }
    List<ServicePort> whole = new ArrayList<>();
    for (PortDraft port : ports.get()) {
      whole.add(port(port, shared.orElse(List.of()), names));
    }
    return Optional.of(new Service(id, names, address.get(), whole, nodes));
  }

  private List<HostName> names(HoconSection section) {
    String key = "names";
    Optional<ConfigValue> value = section.value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    List<HostName> names = new ArrayList<>();
    if (!(value.get() instanceof ConfigList list)) {
      names.add(name(section, value.get(), section.pathOf(key)));
      return names;
    }
    for (int i = 0; i < list.size(); i++) {
      names.add(name(section, list.get(i), section.pathOf(key) + "[" + i + "]"));
    }
    return names;
  }

  private HostName name(HoconSection section, ConfigValue value, String path) {
    Optional<String> text = HoconValues.text(value);
    if (text.isEmpty()) {
      section.problem(value, path, "is not a host name", "write names = [icr.io, …]");
    } else {
      Optional<String> complaint = HostName.complaint(text.get());
      if (complaint.isEmpty()) {
        return new HostName(text.get());
      }
      String remedy =
          text.get().contains("*")
              ? "a hosts file knows no wildcards: list the names"
              : "use a host name such as icr.io";
      section.problem(value, path, complaint.get(), remedy);
    }
    // Keeps the place of the others in the list, until all is refused.
    return new HostName("stand-in-" + standIns++ + ".invalid");
  }

  private static Optional<InetAddress> address(HoconSection section) {
    String key = "address";
    if (!section.has(key)) {
      section.problem(
          key, "is missing", "add one that only this node will use, such as 172.20.0.7");
      return Optional.empty();
    }
    return section
        .text(key)
        .flatMap(text -> {
          Optional<InetAddress> address = Addresses.literal(text);
          if (address.isEmpty()) {
            String remedy = "write one such as 172.20.0.7 or fd00::7";
            section.problem(key, "is not an IPv4 or IPv6 address", remedy);
          }
          return address;
        });
  }

  private Optional<List<PortDraft>> ports(HoconSection section, Behaviour behaviour) {
    String key = "ports";
    Optional<ConfigValue> value = section.value(key);
    if (value.isEmpty()) {
      section.problem(
          key, "is missing", "add the ports that the node shall accept on, such as ports = [443]");
      return Optional.empty();
    }
    if (!(value.get() instanceof ConfigList list)) {
      section.problem(key, "is not a list", "write ports = [443]");
      return Optional.empty();
    }
    List<PortDraft> ports = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      port(section, list.get(i), section.pathOf(key) + "[" + i + "]", behaviour)
          .ifPresent(ports::add);
    }
    return ports.size() == list.size() ? Optional.of(ports) : Optional.empty();
  }

  private Optional<PortDraft> port(
      HoconSection section, ConfigValue value, String path, Behaviour below) {
    if (value instanceof ConfigObject object) {
      return port(new HoconSection(object, path, section.problems()), below);
    }
    String text = HoconValues.text(value).orElse("");
    int number = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (number < 1 || number > MOST_PORT) {
      String remedy = "use a number from 1 to 65535, or { listen = 443, target = 8443 }";
      section.problem(value, path, "is not a port", remedy);
      return Optional.empty();
    }
    return Optional.of(new PortDraft(number, number, Optional.empty(), below));
  }

  private Optional<PortDraft> port(HoconSection section, Behaviour below) {
    if (!section.has("listen")) {
      section.problem("listen", "is missing", "add the port that the node shall accept on");
    }
    int listen = section.integer("listen", 0, 1, MOST_PORT);
    int target = section.integer("target", Math.max(1, listen), 1, MOST_PORT);
    Behaviour behaviour = behaviours.read(section, below);
    PortDraft draft = new PortDraft(listen, target, endpoints.read(section), behaviour);
    section.finish();
    return listen == 0 ? Optional.empty() : Optional.of(draft);
  }

  /** An endpoint with a port of its own would lead every port of the service to that one port. */
  private static void sharedBy(
      List<PortDraft> ports, List<EndpointDraft> shared, HoconSection section) {
    long sharers = ports.stream().filter(port -> port.endpoints().isEmpty()).count();
    if (sharers == 0 && !ports.isEmpty()) {
      section
          .problems()
          .warning(
              section.originOf(EndpointReader.KEY),
              section.pathOf(EndpointReader.KEY),
              "",
              "is used by no port, for each has endpoints of its own",
              "remove it");
    }
    if (sharers < 2 || !(section.object().get(EndpointReader.KEY) instanceof ConfigList list)) {
      return;
    }
    for (int i = 0; i < shared.size(); i++) {
      EndpointDraft draft = shared.get(i);
      if (draft.port().isPresent() && !draft.host().isEmpty()) {
        section.problem(
            list.get(i),
            section.pathOf(EndpointReader.KEY) + "[" + i + "]",
            "has a port of its own, and " + sharers + " ports of the service share it",
            "set target at each port, or give each port its own endpoints");
      }
    }
  }

  private ServicePort port(PortDraft draft, List<EndpointDraft> shared, List<HostName> names) {
    Behaviour behaviour = draft.behaviour();
    return new ServicePort(
        draft.listen(),
        EndpointDraft.endpoints(
            draft.endpoints().orElse(shared), draft.target(), behaviour.source(), sharing),
        behaviour.balancer().strategy(),
        behaviour.spreading(),
        sharing.one(behaviour.probing().policy(behaviour.timeouts())),
        behaviour.timeouts(),
        behaviour.tcp(),
        behaviour.connectAttempts(),
        behaviour.maxSessions(),
        behaviour.onDown(),
        behaviour.onUp(),
        behaviour.allDown(),
        sharing.one(PreambleReader.named(behaviour.preamble(), names)),
        sharing.one(behaviour.entry().admission(behaviour.timeouts())));
  }

  /** The usual reason for an object that nobody knows is an id that was not quoted. */
  private static boolean unquoted(HoconSection section) {
    if (section.has("address") || section.has("ports")) {
      return false;
    }
    boolean found = false;
    for (String key : section.keys()) {
      if (section.object().get(key) instanceof ConfigObject inner
          && (inner.containsKey("address") || inner.containsKey("ports"))) {
        String id = section.pathOf(key).substring(CatalogReader.SERVICES.length() + 1);
        section
            .problems()
            .error(
                section.originOf(key),
                section.pathOf(key),
                "",
                "would be a service within a service",
                "quote an id that holds dots: \"" + id + "\" { … }");
        found = true;
      }
    }
    return found;
  }
}
