package io.sallyport.benchmarks.fleet;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.source.CatalogSourceContext;
import io.sallyport.api.source.SourceStatus;
import io.sallyport.benchmarks.process.ProcessFaultException;
import io.sallyport.control.agent.ControlAddress;
import io.sallyport.control.agent.ControlSettings;
import io.sallyport.control.agent.ControlSourceFactory;
import io.sallyport.control.agent.RemovalGuard;
import io.sallyport.control.security.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Thousands of agents' clients in this process. They share a few threads, and gRPC's event loops;
 * all else each has of its own: its certificate, its connection, its stream and its snapshot.
 */
final class SimulatedFleet implements AutoCloseable {
  private static final long MIB = 1L << 20;

  private final FleetPlan plan;
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final ScheduledThreadPoolExecutor threads;

  private SimulatedFleet(FleetPlan plan) {
    this.plan = plan;
    this.threads =
        new ScheduledThreadPoolExecutor(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().name("fleet-", 0).daemon().factory());
    threads.setRemoveOnCancelPolicy(true);
  }

  static String name(int agent) {
    return "node-" + agent;
  }

  /** Starts all at once; they attach in their own time. */
  static SimulatedFleet start(FleetPlan plan, int port, List<TlsFiles> identities, Path state) {
    SimulatedFleet fleet = new SimulatedFleet(plan);
    ControlSourceFactory factory = ControlSourceFactory.ofMany(fleet.threads);
    FleetLanguage language = new FleetLanguage();
    Effects effects = new Effects();
    // One for each thread: a shared one would be fought for.
    RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    for (int agent = 0; agent < plan.agents(); agent++) {
      String zone = plan.zone(agent);
      SimulatedNode node = new SimulatedNode(catalog -> effects.of(catalog, zone));
      CatalogSourceContext context =
          new CatalogSourceContext(
              new NodeIdentity(name(agent), new Locality("region-1", zone), Map.of()),
              "simulated",
              language,
              state,
              node::effect,
              InstantSource.system(),
              System::nanoTime,
              random);
      node.start(factory.create(settings(plan, port, identities.get(agent)), context));
      fleet.nodes.add(node);
    }
    return fleet;
  }

  /** As the defaults are, but for how often a report is thought of. */
  private static ControlSettings settings(FleetPlan plan, int port, TlsFiles tls) {
    return new ControlSettings(
        "",
        List.of(new ControlAddress("127.0.0.1", port)),
        Optional.of(tls),
        "",
        Duration.ofMillis(500),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        16 * MIB,
        64 * MIB,
        new RemovalGuard(RemovalGuard.Policy.REFUSE, 50, 3),
        plan.reports());
  }

  /**
   * Waits until all have a revision and are connected.
   *
   * @param meanwhile called about twenty times a second
   * @throws ProcessFaultException when some do not come
   */
  void await(Revision revision, Runnable meanwhile) {
    long until = System.nanoTime() + plan.patience().toNanos();
    while (true) {
      List<SimulatedNode> missing =
          nodes.stream()
              .filter(node -> !node.connected() || node.revision().compareTo(revision) < 0)
              .toList();
      if (missing.isEmpty()) {
        return;
      }
      if (System.nanoTime() > until) {
        throw new ProcessFaultException(
            missing.size()
                + " agents have not come to revision "
                + revision
                + "; one of them says: "
                + missing.getFirst().status());
      }
      meanwhile.run();
      ControlPlane.rest(Duration.ofMillis(50));
    }
  }

  int connected() {
    return (int) nodes.stream().filter(SimulatedNode::connected).count();
  }

  SourceStatus status(int agent) {
    return nodes.get(agent).status();
  }

  /** What is to be told of the next revision. */
  void tell(Wave wave) {
    nodes.forEach(node -> node.tell(wave));
  }

  @Override
  public void close() {
    nodes.parallelStream().forEach(SimulatedNode::stop);
    threads.shutdownNow();
  }
}
