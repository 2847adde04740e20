package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.TransportChoice;
import io.sallyport.engine.control.FakeControlLoop;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.health.ProbeBudget;
import io.sallyport.engine.resolve.HostResolver;
import io.sallyport.engine.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster in the fake loop's time, whose endpoints pass their checks unless the test says no. */
final class ClusterLab implements AutoCloseable {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("10.9.8.7");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** The checks of these tests ask nobody. */
  private static final ProbeConnector NO_NETWORK =
      new ProbeConnector() {
        @Override
        public CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout) {
          throw new IllegalStateException("there is no network here");
        }

        @Override
        public CompletionStage<CheckResult> converse(ProbeRequest request, ProbeDialogue dialogue) {
          throw new IllegalStateException("there is no network here");
        }
      };

  record NoSettings() {}

  private final FakeControlLoop loop = new FakeControlLoop();
  private final Transport transport =
      Transport.open(new DataPathSettings(TransportChoice.NIO, 1, 0), System::nanoTime);
  private final List<EngineEvent> events = new ArrayList<>();
  private final Set<String> dead = new HashSet<>();
  private final AtomicInteger pickers = new AtomicInteger();
  private final HostResolver resolver;
  private final Cluster.Shared shared;
  private final boolean sticky;
  private Cluster cluster;

  ClusterLab(Locality node) {
    this(node, false);
  }

  /** A lab whose balancer keeps clients, or does not. */
  ClusterLab(Locality node, boolean sticky) {
    this.sticky = sticky;
    resolver =
        new HostResolver(
            new HostResolver.Sources(Path.of("/nonexistent"), List.of(), Path.of("/nonexistent")),
            loop,
            transport.sideLoop(),
            transport.datagramChannelType(),
            transport.socketChannelType(),
            events::add,
            new Random(1));
    Strategies strategies =
        new Strategies(Map.of("by-weight", new ByWeight()), Map.of("told", new Told()), Map.of());
    shared =
        new Cluster.Shared(
            loop,
            strategies,
            resolver,
            new ProbeBudget(100_000, loop),
            loop::execute,
            new HealthCheckContext(NO_NETWORK, Optional.empty(), loop, InstantSource.system()),
            new SessionControl() {
              @Override
              public void closeOn(ClusterEndpoint endpoint, SessionEnd reason) {}

              @Override
              public void drainOn(ClusterEndpoint endpoint, Duration time) {}
            },
            events::add,
            new Random(2),
            node,
            new OperatorWords());
  }

  static Endpoint endpoint(String name, String region, String zone) {
    return new Endpoint(
        name,
        "10.0.0.1",
        443,
        region,
        zone,
        1,
        0,
        EndpointRole.PRIMARY,
        EndpointMode.ENABLED,
        true);
  }

  static Endpoint in(String zone, int number) {
    return endpoint(zone + "-" + number, "", zone);
  }

  static Endpoint backup(Endpoint of) {
    return changed(of, EndpointRole.BACKUP, of.mode(), of.maxSessions(), of.checked());
  }

  static Endpoint in(EndpointMode mode, Endpoint of) {
    return changed(of, of.role(), mode, of.maxSessions(), of.checked());
  }

  static Endpoint upTo(int sessions, Endpoint of) {
    return changed(of, of.role(), of.mode(), sessions, of.checked());
  }

  static Endpoint unchecked(Endpoint of) {
    return changed(of, of.role(), of.mode(), of.maxSessions(), false);
  }

  private static Endpoint changed(
      Endpoint of, EndpointRole role, EndpointMode mode, int sessions, boolean checked) {
    return new Endpoint(
        of.name(),
        of.host(),
        of.port(),
        of.region(),
        of.zone(),
        of.weight(),
        sessions,
        role,
        mode,
        checked);
  }

  static ServicePort port(Spreading spreading, List<Endpoint> endpoints) {
    return port(spreading, AllDown.FAIL_OPEN, endpoints);
  }

  static ServicePort port(Spreading spreading, AllDown allDown, List<Endpoint> endpoints) {
    Duration long1 = Duration.ofHours(1);
    return new ServicePort(
        443,
        endpoints,
        new Strategy("by-weight", new NoSettings()),
        spreading,
        new HealthPolicy(
            new Strategy("told", new NoSettings()),
            INTERVAL,
            INTERVAL,
            INTERVAL,
            INTERVAL,
            1,
            1,
            OptionalInt.empty()),
        new Timeouts(INTERVAL, INTERVAL, long1, long1, long1),
        new TcpOptions(long1, long1, 3, long1),
        4,
        0,
        OnDown.KEEP_SESSIONS,
        OnUp.KEEP_BACKUP_SESSIONS,
        allDown);
  }

  /** Starts, and lets every first probe end. */
  void serve(ServicePort port) {
    cluster =
        new Cluster(
            "icr",
            List::of,
            port,
            shared,
            new Cluster.Observer() {
              @Override
              public void changed() {}

              @Override
              public void added(ClusterEndpoint endpoint) {}

              @Override
              public void removed(ClusterEndpoint endpoint) {}
            });
    cluster.start();
    advance(Duration.ofMillis(500));
  }

  Cluster cluster() {
    return cluster;
  }

  void advance(Duration time) {
    loop.advance(time);
  }

  /** From now on their checks fail; returns when that is known. */
  void die(String... names) {
    dead.addAll(List.of(names));
    advance(INTERVAL.multipliedBy(2));
  }

  /** From now on their checks pass; returns at the moment when that is known. */
  void revive(String... names) {
    dead.removeAll(List.of(names));
    Set<String> waiting = new HashSet<>(List.of(names));
    for (int i = 0; i < 300 && !waiting.isEmpty(); i++) {
      advance(Duration.ofMillis(10));
      cluster.status().stream()
          .filter(status -> status.up())
          .forEach(status -> waiting.remove(status.name()));
    }
    if (!waiting.isEmpty()) {
      throw new AssertionError(waiting + " did not come back");
    }
  }

  /** How many of so many sessions go where, first choices only; none of them stays. */
  Map<String, Integer> picks(int sessions) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < sessions; i++) {
      ClusterEndpoint endpoint = new EndpointChoice(CLIENT).next(cluster.snapshot());
      counts.merge(endpoint == null ? "none" : endpoint.name(), 1, Integer::sum);
    }
    return counts;
  }

  /** The same by the part of the name before the hyphen: the zone. */
  Map<String, Integer> zones(int sessions) {
    Map<String, Integer> counts = new TreeMap<>();
    picks(sessions)
        .forEach((name, count) -> counts.merge(name.replaceFirst("-.*", ""), count, Integer::sum));
    return counts;
  }

  /** All that one session would try, in that order. */
  List<String> attempts() {
    EndpointChoice choice = new EndpointChoice(CLIENT);
    List<String> names = new ArrayList<>();
    for (ClusterEndpoint next = choice.next(cluster.snapshot());
        next != null;
        next = choice.next(cluster.snapshot())) {
      names.add(next.name());
    }
    return names;
  }

  ClusterEndpoint endpoint(String name) {
    return cluster.snapshot().tiers().stream()
        .flatMap(tier -> tier.places().stream())
        .flatMap(place -> place.endpoints().stream())
        .filter(endpoint -> endpoint.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no endpoint " + name));
  }

  /** Pickers made so far. */
  int pickers() {
    return pickers.get();
  }

  <E extends EngineEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Timers and tasks that wait. */
  int pending() {
    return loop.pending();
  }

  @Override
  public void close() {
    cluster.stop();
    resolver.close();
    transport.close().join();
  }

  private final class Told implements HealthCheckFactory<NoSettings> {
    @Override
    public String type() {
      return "told";
    }

    @Override
    public Class<NoSettings> settingsType() {
      return NoSettings.class;
    }

    @Override
    public NoSettings parse(ConfigSection section) {
      return new NoSettings();
    }

    @Override
    public HealthCheck create(NoSettings settings, HealthCheckContext context) {
      return target -> result(target.endpoint());
    }

    private CompletionStage<CheckResult> result(String name) {
      CheckStatus status =
          dead.contains(name) ? CheckStatus.LAYER4_CONNECTION_PROBLEM : CheckStatus.LAYER4_PASSED;
      return CompletableFuture.completedFuture(
          CheckResult.of(status, Duration.ofMillis(name.length()), ""));
    }
  }

  /** Picks exactly by weight, and as little after another as it can. */
  private final class ByWeight implements BalancerFactory<NoSettings> {
    @Override
    public String type() {
      return "by-weight";
    }

    @Override
    public Class<NoSettings> settingsType() {
      return NoSettings.class;
    }

    @Override
    public NoSettings parse(ConfigSection section) {
      return new NoSettings();
    }

    @Override
    public Balancer create(NoSettings settings, BalancerContext context) {
      return new Balancer() {
        @Override
        public Picker picker(List<Candidate> candidates) {
          pickers.incrementAndGet();
          double[] credit = new double[candidates.size()];
          return request -> {
            int best = Picker.NONE;
            int total = 0;
            for (int i = 0; i < credit.length; i++) {
              if (request.admits(i)) {
                credit[i] += candidates.get(i).weight();
                total += candidates.get(i).weight();
                best = best == Picker.NONE || credit[i] > credit[best] ? i : best;
              }
            }
            if (best != Picker.NONE) {
              credit[best] -= total;
            }
            return best;
          };
        }

        @Override
        public boolean sticky() {
          return sticky;
        }
      };
    }
  }
}
