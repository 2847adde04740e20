package io.sallyport.distribution.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.config.Problems;
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
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.TransportChoice;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.cluster.EndpointChoice;
import io.sallyport.engine.cluster.OperatorWords;
import io.sallyport.engine.cluster.SessionControl;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.health.ProbeBudget;
import io.sallyport.engine.resolve.HostResolver;
import io.sallyport.engine.transport.Transport;
import io.sallyport.plugins.balancing.first.FirstFactory;
import io.sallyport.plugins.balancing.latency.LatencyAwareFactory;
import io.sallyport.plugins.balancing.leastconnections.LeastConnectionsFactory;
import io.sallyport.plugins.balancing.roundrobin.RoundRobinFactory;
import io.sallyport.plugins.balancing.sourcehash.SourceHashFactory;
import io.sallyport.plugins.balancing.twochoices.RandomTwoChoicesFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our balancers behind the engine's layer of health, with none, one, and all of the endpoints
 * unhealthy: 100,000 picks each, by as many clients.
 */
class BalancersInAClusterTest {
  private static final int PICKS = 100_000;
  private static final int ENDPOINTS = 4;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** What chance alone exceeds once in a thousand times with 1, 2 and 3 degrees of freedom. */
  private static final double[] BOUNDS = {0.001, 10.83, 13.82, 16.27};

  private final StepLoop loop = new StepLoop();
  private final Transport transport =
      Transport.open(new DataPathSettings(TransportChoice.NIO, 1, 0), System::nanoTime);
  private final HostResolver resolver =
      new HostResolver(
          new HostResolver.Sources(Path.of("/nonexistent"), List.of(), Path.of("/nonexistent")),
          loop,
          transport.sideLoop(),
          transport.datagramChannelType(),
          transport.socketChannelType(),
          event -> {},
          new Random(1));
  private final Set<String> dead = new HashSet<>();

  static List<Named<BalancerFactory<?>>> balancers() {
    return List.<BalancerFactory<?>>of(
            new RoundRobinFactory(),
            new LeastConnectionsFactory(),
            new RandomTwoChoicesFactory(),
            new SourceHashFactory(),
            new FirstFactory(),
            new LatencyAwareFactory())
        .stream()
        .<Named<BalancerFactory<?>>>map(factory -> Named.of(factory.type(), factory))
        .toList();
  }

  @AfterEach
  void close() {
    resolver.close();
    transport.close().join();
  }

  private record Nothing() {}

  private final class Told implements HealthCheckFactory<Nothing> {
    @Override
    public String type() {
      return "told";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public HealthCheck create(Nothing settings, HealthCheckContext context) {
      return target -> {
        CheckStatus status =
            dead.contains(target.endpoint())
                ? CheckStatus.LAYER4_CONNECTION_PROBLEM
                : CheckStatus.LAYER4_PASSED;
        return CompletableFuture.completedFuture(CheckResult.of(status, Duration.ofMillis(2), ""));
      };
    }
  }

  private static final class NoNetwork implements ProbeConnector {
    @Override
    public CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout) {
      throw new IllegalStateException("there is no network here");
    }

    @Override
    public CompletionStage<CheckResult> converse(ProbeRequest request, ProbeDialogue dialogue) {
      throw new IllegalStateException("there is no network here");
    }
  }

  private static final class NoSessions implements SessionControl {
    @Override
    public void closeOn(ClusterEndpoint endpoint, SessionEnd reason) {}

    @Override
    public void drainOn(ClusterEndpoint endpoint, Duration time) {}
  }

  private static final class Unobserved implements Cluster.Observer {
    @Override
    public void changed() {}

    @Override
    public void added(ClusterEndpoint endpoint) {}

    @Override
    public void removed(ClusterEndpoint endpoint) {}
  }

  private Cluster serving(BalancerFactory<?> factory) {
    Cluster cluster =
        new Cluster(
            "icr",
            List::of,
            port(factory, AllDown.FAIL_OPEN),
            new Cluster.Shared(
                loop,
                new Strategies(
                    Map.of(factory.type(), factory), Map.of("told", new Told()), Map.of()),
                resolver,
                new ProbeBudget(64, loop),
                loop::execute,
                new HealthCheckContext(
                    new NoNetwork(), Optional.empty(), loop, InstantSource.system()),
                new NoSessions(),
                event -> {},
                new Random(2),
                Locality.UNKNOWN,
                new OperatorWords()),
            new Unobserved());
    cluster.start();
    loop.advance(SECOND);
    return cluster;
  }

  private static ServicePort port(BalancerFactory<?> factory, AllDown allDown) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < ENDPOINTS; i++) {
      endpoints.add(
          new Endpoint(
              "e" + i,
              "10.0.0." + i,
              443,
              "",
              1,
              EndpointRole.PRIMARY,
              EndpointMode.ENABLED,
              true));
    }
    return new ServicePort(
        443,
        endpoints,
        new Strategy(factory.type(), parsed(factory)),
        new HealthPolicy(
            new Strategy("told", new Nothing()),
            SECOND,
            SECOND,
            SECOND,
            SECOND,
            1,
            1,
            OptionalInt.empty()),
        new Timeouts(SECOND, SECOND, HOUR, HOUR, HOUR),
        new TcpOptions(HOUR, HOUR, 3, HOUR),
        4,
        0,
        OnDown.KEEP_SESSIONS,
        OnUp.KEEP_BACKUP_SESSIONS,
        allDown);
  }

  private static Record parsed(BalancerFactory<?> factory) {
    Problems problems = new Problems();
    Record settings = factory.parse(new HoconSection(ConfigFactory.empty().root(), "", problems));
    assertThat(problems.refuse()).isFalse();
    return settings;
  }

  private void become(Set<String> unhealthy) {
    dead.clear();
    dead.addAll(unhealthy);
    loop.advance(SECOND.multipliedBy(3));
  }

  /** Where each of as many clients is led; -1 for those that are led nowhere. */
  private static int[] picks(Cluster cluster) {
    int[] picks = new int[PICKS];
    for (int client = 0; client < PICKS; client++) {
      ClusterEndpoint endpoint = new EndpointChoice(client(client)).next(cluster.snapshot());
      picks[client] = endpoint == null ? -1 : Integer.parseInt(endpoint.name().substring(1));
    }
    return picks;
  }

  private static InetAddress client(int number) {
    byte[] address = {10, (byte) (number >>> 16), (byte) (number >>> 8), (byte) number};
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static int[] counts(int[] picks) {
    int[] counts = new int[ENDPOINTS];
    for (int pick : picks) {
      counts[pick]++;
    }
    return counts;
  }

  /** All to the first of these, or evenly to each, as the balancer's theory has it. */
  private static void assertShared(BalancerFactory<?> factory, int[] picks, int... among) {
    int[] counts = counts(picks);
    assertThat(IntStream.of(among).map(i -> counts[i]).sum()).as("among these").isEqualTo(PICKS);
    if (factory instanceof FirstFactory) {
      assertThat(counts[among[0]]).isEqualTo(PICKS);
      return;
    }
    double expected = (double) PICKS / among.length;
    double chiSquare = 0;
    for (int i : among) {
      chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    assertThat(chiSquare).as("chi-square of %s", counts).isLessThan(BOUNDS[among.length - 1]);
  }

  @ParameterizedTest
  @MethodSource("balancers")
  void noneOneAndAllUnhealthyAndBack(BalancerFactory<?> factory) {
    Cluster cluster = serving(factory);
    int[] healthy = picks(cluster);
    assertShared(factory, healthy, 0, 1, 2, 3);

    become(Set.of("e0"));
    int[] oneDown = picks(cluster);
    assertShared(factory, oneDown, 1, 2, 3);

    become(Set.of("e0", "e1", "e2"));
    assertShared(factory, picks(cluster), 3);

    become(Set.of("e0", "e1", "e2", "e3"));
    assertThat(cluster.snapshot().failOpen()).isTrue();
    assertShared(factory, picks(cluster), 0, 1, 2, 3);

    cluster.update(port(factory, AllDown.FAIL_CLOSED));
    assertThat(picks(cluster)).containsOnly(-1);

    become(Set.of());
    assertShared(factory, picks(cluster), 0, 1, 2, 3);
    if (factory instanceof SourceHashFactory) {
      assertThat(picks(cluster)).as("clients are back where they were").isEqualTo(healthy);
      int moved = 0;
      for (int client = 0; client < PICKS; client++) {
        moved += healthy[client] != 0 && healthy[client] != oneDown[client] ? 1 : 0;
      }
      assertThat(moved).as("clients of the others that moved").isLessThan(PICKS / 10);
    }
    cluster.stop();
  }

  @ParameterizedTest
  @MethodSource("balancers")
  void sessionTriesEachEndpointOnceWhateverIsUnhealthy(BalancerFactory<?> factory) {
    Cluster cluster = serving(factory);
    become(Set.of("e1", "e3"));
    EndpointChoice choice = new EndpointChoice(client(7));
    List<String> tried = new ArrayList<>();
    for (ClusterEndpoint next = choice.next(cluster.snapshot());
        next != null;
        next = choice.next(cluster.snapshot())) {
      tried.add(next.name());
    }
    assertThat(tried).as("the dead are no company for the living").hasSize(2).contains("e0", "e2");
    cluster.stop();
  }
}
