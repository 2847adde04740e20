package io.sallyport.benchmarks.jmh;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The choice of an endpoint, as every session makes it: among endpoints of different weights, all
 * of which have sessions, for one of a thousand clients.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BalancerPick {
  private static final int CLIENTS = 1024;

  /** How many endpoints there are. */
  @Param({"3", "100", "10000"})
  public int endpoints;

  /** The balancer. */
  @Param({
    "round-robin",
    "least-connections",
    "random-two-choices",
    "source-hash",
    "source-hash-bounded",
    "first",
    "latency-aware"
  })
  public String balancer = "";

  private final PickRequest[] requests = new PickRequest[CLIENTS];
  private Picker picker = ignored -> Picker.NONE;
  private int next;

  /** As heavy to ask as the engine's. */
  private static final class Busy implements Candidate {
    private final String name;
    private final int weight;
    private final AtomicInteger sessions;
    private final AtomicReference<Long> connect = new AtomicReference<>(1_500_000L);

    Busy(String name, int weight, int sessions) {
      this.name = name;
      this.weight = weight;
      this.sessions = new AtomicInteger(sessions);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public int weight() {
      return weight;
    }

    @Override
    public int activeSessions() {
      return sessions.get();
    }

    @Override
    public long connectNanos() {
      return System.nanoTime() == 0 ? 0 : connect.get();
    }
  }

  private record AnyEndpoint(InetAddress client) implements PickRequest {
    @Override
    public boolean admits(int index) {
      return true;
    }
  }

  /** Makes the picker. */
  @Setup
  public void prepare() throws UnknownHostException, ReflectiveOperationException {
    List<Candidate> candidates = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < endpoints; i++) {
      candidates.add(new Busy("endpoint-" + i, 1 + i % 4, 1 + random.nextInt(20)));
    }
    byte[] address = new byte[4];
    for (int i = 0; i < CLIENTS; i++) {
      random.nextBytes(address);
      requests[i] = new AnyEndpoint(InetAddress.getByAddress(address));
    }
    picker = made().picker(candidates);
  }

  /** One pick. */
  @Benchmark
  public int pick() {
    return picker.pick(requests[next++ & (CLIENTS - 1)]);
  }

  /**
   * By its name, because no module but the engine's loader sees it: this runs on the class path.
   */
  private Balancer made() throws ReflectiveOperationException {
    String name =
        switch (balancer) {
          case "round-robin" -> "roundrobin.RoundRobin";
          case "least-connections" -> "leastconnections.LeastConnections";
          case "random-two-choices" -> "twochoices.RandomTwoChoices";
          case "source-hash", "source-hash-bounded" -> "sourcehash.SourceHash";
          case "first" -> "first.First";
          case "latency-aware" -> "latency.LatencyAware";
          default -> throw new IllegalArgumentException("no balancer " + balancer);
        };
    BalancerFactory<?> factory =
        Class.forName("io.sallyport.plugins.balancing." + name + "Factory")
            .asSubclass(BalancerFactory.class)
            .getConstructor()
            .newInstance();
    return made(factory);
  }

  private <S extends Record> Balancer made(BalancerFactory<S> factory) {
    Map<String, Integer> said =
        balancer.endsWith("-bounded") ? Map.of("load-factor", 150) : Map.of();
    S settings = factory.parse(new UsualSettings(said));
    // The node's own generator.
    return factory.create(settings, new BalancerContext(new Random(1), System::nanoTime));
  }
}
