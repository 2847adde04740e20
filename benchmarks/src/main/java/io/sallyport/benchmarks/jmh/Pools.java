package io.sallyport.benchmarks.jmh;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Balancers, and endpoints of different weights that all have sessions. */
final class Pools {
  private Pools() {}

  static List<Candidate> candidates(int count) {
    List<Candidate> candidates = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      candidates.add(new Busy("endpoint-" + i, 1 + i % 4, 1 + random.nextInt(20)));
    }
    return candidates;
  }

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

  /**
   * By its name, because no module but the engine's loader sees it: this runs on the class path.
   */
  static Balancer balancer(String balancer) throws ReflectiveOperationException {
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
    return made(factory, balancer.endsWith("-bounded"));
  }

  private static <S extends Record> Balancer made(BalancerFactory<S> factory, boolean bounded) {
    Map<String, Integer> said = bounded ? Map.of("load-factor", 150) : Map.of();
    S settings = factory.parse(new UsualSettings(said));
    // The node's own generator.
    return factory.create(settings, new BalancerContext(new Random(1), System::nanoTime));
  }
}
