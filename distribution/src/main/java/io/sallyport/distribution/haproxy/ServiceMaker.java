package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.CatalogRules;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.distribution.catalog.PortDefaults;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Makes services of frontends and backends. */
final class ServiceMaker {
  private static final int MOST_ATTEMPTS = 100;

  private static final List<NetworkPrefix> EVERYBODY =
      Stream.of("0.0.0.0/0", "::/0").map(NetworkPrefix::read).flatMap(Optional::stream).toList();

  private final PortDefaults defaults;
  private final HostsLines hosts;
  private final Notes notes;
  private final BindReader binds;
  private final PoolReader pools;
  private final Times times;
  private final Map<InetAddress, Draft> drafts = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  ServiceMaker(PortDefaults defaults, LineSplitter splitter, HostsLines hosts, Notes notes) {
    this.defaults = defaults;
    this.hosts = hosts;
    this.notes = notes;
    this.binds = new BindReader(splitter, notes);
    this.pools = new PoolReader(defaults, splitter, new Balances(defaults, notes), notes);
    this.times = new Times(notes);
  }

  /** A service while its ports are found. */
  private record Draft(String frontend, Map<Integer, PlacedPort> ports) {}

  /** A port with the lines that it comes from. */
  private record PlacedPort(ServicePort port, int line, List<Integer> endpointLines) {}

  ImportResult make(List<Proxy> proxies) {
    Map<String, Proxy> backends = new HashMap<>();
    proxies.stream()
        .filter(Proxy::serves)
        .forEach(proxy -> backends.putIfAbsent(proxy.section().name(), proxy));
    proxies.stream().filter(Proxy::accepts).forEach(proxy -> frontend(proxy, backends));
    for (Proxy proxy : proxies) {
      if (proxy.section().kind() == Section.Kind.BACKEND
          && !used.contains(proxy.section().name())) {
        notes.notCarried(
            proxy.section().line(),
            proxy.section().title() + ": no frontend that was carried over leads to it");
      }
    }
    return result();
  }

  private void frontend(Proxy frontend, Map<String, Proxy> backends) {
    ClientRules.Allowed allowed = ClientRules.read(frontend, notes);
    List<Bind> addresses = new ArrayList<>();
    frontend.lines("bind").forEach(line -> addresses.addAll(binds.read(line)));
    Optional<Proxy> backend = backend(frontend, backends);
    if (frontend.lines("bind").isEmpty()) {
      notes.notCarried(frontend.section().line(), frontend.section().title() + ": binds nothing");
    }
    if (backend.isEmpty() || addresses.isEmpty()) {
      return;
    }
    used.add(backend.get().section().name());
    Pool pool = pools.read(backend.get());
    if (pool.isEmpty()) {
      notes.notCarried(
          frontend.section().line(),
          frontend.section().title()
              + ": no server of "
              + backend.get().section().title()
              + " could be carried over");
      return;
    }
    int maxSessions = maxSessions(frontend, addresses.size());
    Timeouts timeouts = times.read(frontend, backend.get(), defaults.timeouts());
    for (Bind bind : addresses) {
      port(bind, frontend, backend.get(), pool, timeouts, maxSessions, allowed);
    }
  }

  /** Where all sessions go; what only some go to depends on rules that are not carried over. */
  private Optional<Proxy> backend(Proxy frontend, Map<String, Proxy> backends) {
    Optional<String> named = frontend.setting("default_backend").map(line -> line.word(1));
    for (Line rule : frontend.lines("use_backend")) {
      boolean always = rule.words().size() == 2;
      if (always) {
        named = Optional.of(rule.word(1));
        break;
      }
      notes.notCarried(rule.number(), rule.text() + ": all sessions of a port go to one place");
    }
    if (named.isEmpty()) {
      boolean listen = frontend.section().kind() == Section.Kind.LISTEN;
      if (!listen) {
        notes.notCarried(
            frontend.section().line(), frontend.section().title() + ": has no default_backend");
      }
      return listen ? Optional.of(frontend) : Optional.empty();
    }
    Proxy backend = backends.get(named.get());
    if (backend == null) {
      notes.notCarried(
          frontend.section().line(),
          frontend.section().title()
              + ": there is no backend "
              + named.get()
              + " that could be carried over");
      return Optional.empty();
    }
    return Optional.of(backend);
  }

  private void port(
      Bind bind,
      Proxy frontend,
      Proxy backend,
      Pool pool,
      Timeouts timeouts,
      int maxSessions,
      ClientRules.Allowed allowed) {
    Draft draft =
        drafts.computeIfAbsent(
            bind.address(), missing -> new Draft(frontend.section().name(), new LinkedHashMap<>()));
    PlacedPort other = draft.ports().get(bind.port());
    if (other != null) {
      notes.notCarried(
          bind.line(),
          Addresses.text(bind.address(), bind.port())
              + " is bound in line "
              + other.line()
              + " already");
      return;
    }
    List<Pool.Placed> placed = pool.endpoints(bind.port());
    if (placed.isEmpty()) {
      notes.notCarried(bind.line(), "port " + bind.port() + ": no server has a port behind it");
      return;
    }
    List<Endpoint> endpoints = placed.stream().map(Pool.Placed::endpoint).toList();
    ServicePort port =
        defaults
            .port(
                bind.port(),
                endpoints,
                pool.balancer(),
                pool.slowStart(),
                pool.health(defaults, timeouts),
                timeouts,
                attempts(backend),
                bind.maxSessions().orElse(maxSessions),
                pool.onDown(),
                pool.onUp())
            .with(preamble(bind, pool, allowed))
            .with(
                defaults.admission(
                    clients(bind, allowed),
                    times.queue(backend),
                    bind.maxSessions().orElse(maxSessions),
                    timeouts));
    List<Integer> lines = placed.stream().map(Pool.Placed::line).toList();
    draft.ports().put(bind.port(), new PlacedPort(port, bind.line(), lines));
  }

  /** Where there is no header, the connection is the client's own. */
  private List<NetworkPrefix> clients(Bind bind, ClientRules.Allowed allowed) {
    if (bind.headed() || allowed.connection().isEmpty()) {
      return allowed.session();
    }
    if (!allowed.session().isEmpty()) {
      notes.changed(
          bind.line(),
          "of the rules tcp-request connection and session, only those of the connection hold");
    }
    return allowed.connection();
  }

  private static Preamble preamble(Bind bind, Pool pool, ClientRules.Allowed allowed) {
    List<NetworkPrefix> senders = allowed.connection().isEmpty() ? EVERYBODY : allowed.connection();
    return new Preamble(
        bind.headed() ? new AcceptProxy(senders, AcceptProxy.Others.REFUSE) : AcceptProxy.NONE,
        pool.sendProxy(),
        Routing.NONE,
        Preamble.NONE.patience());
  }

  private int maxSessions(Proxy frontend, int ports) {
    Optional<Line> line = frontend.setting("maxconn");
    OptionalInt count =
        line.map(said -> BindReader.count(said.word(1))).orElse(OptionalInt.empty());
    if (line.isPresent() && count.isEmpty()) {
      notes.notCarried(line.get().number(), line.get().text());
    } else if (line.isPresent() && ports > 1) {
      notes.changed(
          line.get().number(),
          line.get().text() + ": holds for each of the " + ports + " ports, not for all together");
    }
    return count.orElse(0);
  }

  private int attempts(Proxy backend) {
    Optional<Line> line = backend.setting("retries");
    if (line.isEmpty()) {
      return defaults.connectAttempts();
    }
    OptionalInt retries = BindReader.count(line.get().word(1));
    if (retries.isEmpty()) {
      notes.notCarried(line.get().number(), line.get().text());
      return defaults.connectAttempts();
    }
    int attempts = retries.getAsInt() + 1;
    if (attempts > MOST_ATTEMPTS) {
      notes.changed(line.get().number(), line.get().text() + ": here at most 99");
    }
    return Math.min(attempts, MOST_ATTEMPTS);
  }

  private ImportResult result() {
    drafts.values().removeIf(draft -> draft.ports().isEmpty());
    List<Service> services = new ArrayList<>();
    Map<String, Draft> byId = new HashMap<>();
    ServiceIds ids = new ServiceIds();
    drafts.forEach((address, draft) -> {
      List<HostName> names = hosts.names(address);
      String id = ids.id(names, draft.frontend());
      List<ServicePort> ports = draft.ports().values().stream().map(PlacedPort::port).toList();
      services.add(new Service(id, names, address, ports));
      byId.put(id, draft);
    });
    hosts.tellUnused(drafts.keySet());
    Catalog catalog = new Catalog(Revision.NONE, services);
    List<Problem> problems = new ArrayList<>();
    for (Problem violation : CatalogRules.violations(catalog)) {
      problems.add(violation.at(origin(violation.path(), byId)));
    }
    if (services.isEmpty()) {
      problems.add(
          new Problem(
              Severity.ERROR,
              notes.at(0),
              "",
              "",
              "holds no frontend or listen in mode tcp that can be carried over",
              "see the notes, and check that it is an HAProxy configuration"));
    }
    return problems.isEmpty()
        ? new ImportResult.Imported(catalog, notes.all())
        : new ImportResult.Refused(problems, notes.all());
  }

  /** The line of a path such as {@code services.ID.ports[0].endpoints[1].host}. */
  private Origin origin(String path, Map<String, Draft> byId) {
    // Our ids hold no dots.
    String[] parts = path.split("\\.", -1);
    Draft draft = byId.get(parts.length > 1 ? parts[1] : "");
    if (draft == null) {
      return notes.at(0);
    }
    List<PlacedPort> ports = List.copyOf(draft.ports().values());
    PlacedPort port = parts.length > 2 ? at(ports, parts[2]) : ports.getFirst();
    return notes.at(parts.length > 3 ? at(port, parts[3]) : port.line());
  }

  private static PlacedPort at(List<PlacedPort> ports, String part) {
    return part.startsWith("ports[") ? ports.get(index(part)) : ports.getFirst();
  }

  private static int at(PlacedPort port, String part) {
    return part.startsWith("endpoints[") ? port.endpointLines().get(index(part)) : port.line();
  }

  private static int index(String part) {
    return Integer.parseInt(part.substring(part.indexOf('[') + 1, part.indexOf(']')));
  }
}
