package io.sallyport.benchmarks.fleet;

import io.sallyport.api.catalog.Revision;
import io.sallyport.benchmarks.fleet.FleetFigures.Figure;
import io.sallyport.benchmarks.process.ProcFiles;
import io.sallyport.benchmarks.process.ProcessFaultException;
import io.sallyport.benchmarks.process.Program;
import io.sallyport.control.operate.client.ClientSettings;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures: the catalog is applied, the fleet comes, endpoints change one at a time, and the
 * control plane is killed and started again.
 */
final class FleetRun {
  private static final Duration CALL = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofSeconds(2);
  private static final Duration REST = Duration.ofSeconds(15);
  private static final int WARM_UPS = 3;

  private static final Figure FIRST =
      new Figure("first-sync", "all fetch their first snapshot", "s");
  private static final Figure FIRST_CPU =
      new Figure("first-sync-cpu", "the same, the control plane's CPU time", "s");
  private static final Figure RESIDENT_EMPTY =
      new Figure("resident-empty", "resident with the catalog and no agent", "MiB");
  private static final Figure RESIDENT =
      new Figure("resident", "resident with all agents, at rest", "MiB");
  private static final Figure RESIDENT_EACH =
      new Figure("resident-agent", "resident per agent", "kB");
  private static final Figure ALIVE_EACH =
      new Figure("heap-agent", "heap per agent, alive behind a full collection", "kB");
  private static final Figure ACCEPTED =
      new Figure("accepted", "apply to accepted by an agent", "ms");
  private static final Figure ACCEPTED_ALL =
      new Figure("accepted-all", "apply to accepted by all", "ms");
  private static final Figure EFFECTIVE =
      new Figure("effective", "apply to effective at an agent", "ms");
  private static final Figure EFFECTIVE_ALL =
      new Figure("effective-all", "apply to effective at all", "ms");
  private static final Figure APPLY = new Figure("apply", "apply until it is answered", "ms");
  private static final Figure SEEN =
      new Figure("seen", "apply until the operator's list of nodes shows all effective", "ms");
  private static final Figure CHANGE_CPU =
      new Figure("change-cpu", "a change, the control plane's CPU time", "ms");
  private static final Figure CHANGE_FLEET_CPU =
      new Figure("change-fleet-cpu", "a change, the CPU time of all agents", "ms");
  private static final Figure BYTES =
      new Figure("bytes", "a change, bytes of the delta per agent", "B");
  private static final Figure RECONNECT =
      new Figure("reconnect", "start of the killed control plane to all attached", "s");
  private static final Figure RECONNECT_AWAY = new Figure("away", "its kill to all attached", "s");
  private static final Figure RECONNECT_CPU =
      new Figure("reconnect-cpu", "the same, the control plane's CPU time", "s");
  private static final Figure RECONNECT_CORES =
      new Figure("reconnect-cores", "the same, cores on average", "cores");
  private static final Figure RESIDENT_AFTER =
      new Figure("resident-after", "resident after that and a rest", "MiB");

  private final FleetPlan plan;
  private final Path launcher;
  private final Path directory;
  private final Consumer<String> progress;
  private final FleetFigures figures;
  private final Random random = new Random(1);

  FleetRun(
      FleetPlan plan,
      Path launcher,
      Path directory,
      Consumer<String> progress,
      FleetFigures figures) {
    this.plan = plan;
    this.launcher = launcher;
    this.directory = directory;
    this.progress = progress;
    this.figures = figures;
  }

  void run() {
    progress.accept("certificates");
    FleetCertificates certificates = FleetCertificates.in(directory.resolve("tls"));
    TlsFiles operator = certificates.operator();
    List<TlsFiles> agents =
        IntStream.range(0, plan.agents())
            .parallel()
            .mapToObj(agent -> certificates.agent(SimulatedFleet.name(agent)))
            .toList();
    progress.accept("the control plane starts");
    try (ControlPlane control = ControlPlane.start(launcher, directory, certificates.control())) {
      applyFirst(control, operator);
      ControlPlane.rest(REST);
      long empty = control.resident();
      long emptyAlive = control.alive();
      figures.add(RESIDENT_EMPTY, mebibytes(empty));
      Revision revision;
      try (OperationsClient client = client(control, operator)) {
        revision = client.catalog(Optional.empty()).revision();
      }
      try (SimulatedFleet fleet = come(control, agents, revision)) {
        ControlPlane.rest(REST);
        long resident = control.resident();
        figures.add(RESIDENT, mebibytes(resident));
        figures.add(RESIDENT_EACH, (resident - empty) / 1000.0 / plan.agents());
        try (OperationsClient client = client(control, operator)) {
          changes(control, fleet, client);
        }
        figures.add(ALIVE_EACH, (control.alive() - emptyAlive) / 1000.0 / plan.agents());
        for (int restart = 1; restart <= plan.restarts(); restart++) {
          progress.accept("restart " + restart);
          restart(control, fleet, operator);
        }
      }
    }
  }

  /** By the command line, as an operator would. */
  private void applyFirst(ControlPlane control, TlsFiles operator) {
    Path catalog = directory.resolve("catalog.conf");
    try {
      Files.writeString(catalog, FleetCatalog.text(plan));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    Program.run(
        List.of(
            launcher.toString(),
            "catalog",
            "apply",
            catalog.toString(),
            "--yes",
            "--control",
            control.address(),
            "--certificate",
            operator.certificate().toString(),
            "--key",
            operator.key().toString(),
            "--ca",
            operator.authorities().toString()),
        CALL);
  }

  private static OperationsClient client(ControlPlane control, TlsFiles operator) {
    return OperationsClient.connect(
        new ClientSettings(
            List.of(
                new io.sallyport.control.operate.client.ControlAddress(
                    "127.0.0.1", control.port())),
            new ClientSettings.Security.Tls(
                Optional.of(operator.authorities()),
                Optional.of(new ClientSettings.Identity(operator.certificate(), operator.key()))),
            Optional.empty(),
            CALL));
  }

  private SimulatedFleet come(ControlPlane control, List<TlsFiles> agents, Revision revision) {
    progress.accept(plan.agents() + " agents come");
    long begun = System.nanoTime();
    Duration cpu = control.cpu();
    SimulatedFleet fleet =
        SimulatedFleet.start(plan, control.port(), agents, directory.resolve("agents"));
    try {
      fleet.await(revision, () -> {});
    } catch (RuntimeException fault) {
      fleet.close();
      throw fault;
    }
    figures.add(FIRST, (System.nanoTime() - begun) / 1e9);
    figures.add(FIRST_CPU, control.cpu().minus(cpu).toMillis() / 1e3);
    if (control.metric("sallyport_control_rejected_services_total") > 0) {
      // Nothing that is measured with such agents would mean anything.
      String example = String.valueOf(fleet.status(0));
      fleet.close();
      throw new ProcessFaultException("agents reject services of the fleet's catalog: " + example);
    }
    return fleet;
  }

  private void changes(ControlPlane control, SimulatedFleet fleet, OperationsClient client) {
    for (int round = 1 - WARM_UPS; round <= plan.rounds(); round++) {
      if (round == 1 || round % 10 == 0) {
        progress.accept("change " + round + " of " + plan.rounds());
      }
      change(control, fleet, client, round > 0);
      ControlPlane.rest(BETWEEN);
    }
    figures.remark(
        "By the control plane's own metric, from the store's news of a revision to its acceptance"
            + " by all, warm-up included: median "
            + millis(control.metric("sallyport_control_spread_seconds{quantile=\"0.5\"}"))
            + " ms, p99 "
            + millis(control.metric("sallyport_control_spread_seconds{quantile=\"0.99\"}"))
            + " ms.");
  }

  private static long millis(double seconds) {
    return Math.round(seconds * 1e3);
  }

  private void change(
      ControlPlane control, SimulatedFleet fleet, OperationsClient client, boolean counts) {
    int service = random.nextInt(plan.common());
    OperationsClient.CatalogAt now = client.catalog(Optional.empty());
    Resource before =
        now.services().stream()
            .filter(resource -> resource.getService().getName().equals(FleetCatalog.name(service)))
            .findFirst()
            .orElseThrow();
    Resource after = FleetCatalog.withOneEndpointChanged(before);
    Revision next = new Revision(now.revision().epoch(), now.revision().number() + 1);
    double bytes = control.metric("sallyport_control_delta_bytes_total");
    Duration cpu = control.cpu();
    Duration own = own();
    long begun = System.nanoTime();
    Wave wave = new Wave(next, begun, plan.agents());
    fleet.tell(wave);
    ApplyReply reply =
        client.apply(
            ApplyHead.newBuilder()
                .setExpected(Revisions.message(now.revision()))
                .setComment("an endpoint moves")
                .build(),
            List.of(after));
    double applied = (System.nanoTime() - begun) / 1e6;
    if (reply.getOutcome() != ApplyReply.Outcome.OUTCOME_APPLIED
        || !Revisions.of(reply.getRevision()).equals(next)) {
      throw new ProcessFaultException("the change was not applied: " + reply);
    }
    wave.await(plan.patience());
    Duration spent = control.cpu().minus(cpu);
    Duration ownSpent = own().minus(own);
    double seen = seen(client, next, begun);
    if (!counts) {
      return;
    }
    double[] accepted = wave.acceptedMillis();
    double[] effective = wave.effectiveMillis();
    figures.add(APPLY, applied);
    add(ACCEPTED, accepted);
    figures.add(ACCEPTED_ALL, accepted[accepted.length - 1]);
    add(EFFECTIVE, effective);
    figures.add(EFFECTIVE_ALL, effective[effective.length - 1]);
    figures.add(SEEN, seen);
    figures.add(CHANGE_CPU, (double) spent.toMillis());
    figures.add(CHANGE_FLEET_CPU, (double) ownSpent.toMillis());
    figures.add(
        BYTES, (control.metric("sallyport_control_delta_bytes_total") - bytes) / accepted.length);
  }

  private void add(Figure figure, double[] values) {
    for (double value : values) {
      figures.add(figure, value);
    }
  }

  /** Asks until every node is where it is meant to be, acknowledged. */
  private double seen(OperationsClient client, Revision revision, long begun) {
    long until = System.nanoTime() + plan.patience().toNanos();
    while (true) {
      List<NodeState> nodes = client.nodes(NodesRequest.getDefaultInstance());
      double now = (System.nanoTime() - begun) / 1e6;
      long behind =
          nodes.stream().filter(node -> !Revisions.of(node.getMeant()).equals(revision)).count();
      List<NodeState> waiting =
          nodes.stream()
              .filter(node ->
                  !node.getAccepted().equals(node.getMeant())
                      || !node.getEffective().equals(node.getMeant()))
              .toList();
      if (nodes.size() == plan.agents() && behind == 0 && waiting.isEmpty()) {
        return now;
      }
      if (System.nanoTime() > until) {
        throw new ProcessFaultException(
            waiting.size()
                + " of "
                + nodes.size()
                + " nodes are not effective in the operator's list, e.g. "
                + waiting.stream().findFirst());
      }
      ControlPlane.rest(Duration.ofMillis(20));
    }
  }

  private void restart(ControlPlane control, SimulatedFleet fleet, TlsFiles operator) {
    long killed = System.nanoTime();
    control.kill();
    while (fleet.connected() > 0) {
      ControlPlane.rest(Duration.ofMillis(50));
    }
    long begun = System.nanoTime();
    control.startAgain();
    fleet.await(Revision.NONE, () -> {});
    double seconds = (System.nanoTime() - begun) / 1e9;
    double cpu = control.cpu().toMillis() / 1e3;
    figures.add(RECONNECT, seconds);
    figures.add(RECONNECT_AWAY, (System.nanoTime() - killed) / 1e9);
    figures.add(RECONNECT_CPU, cpu);
    figures.add(RECONNECT_CORES, cpu / seconds);
    try (OperationsClient client = client(control, operator)) {
      // All must be effective again, too, by what each has told.
      seen(client, client.catalog(Optional.empty()).revision(), begun);
      ControlPlane.rest(REST);
      figures.add(RESIDENT_AFTER, mebibytes(control.resident()));
    }
  }

  private static Duration own() {
    return ProcFiles.cpu(ProcessHandle.current().pid());
  }

  private static double mebibytes(long bytes) {
    return bytes / 1024.0 / 1024.0;
  }
}
