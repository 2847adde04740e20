package io.sallyport.distribution.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Change;
import io.sallyport.control.v1.Resource;
import io.sallyport.distribution.acceptance.LabRequirements;
import io.sallyport.distribution.acceptance.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The control plane dies again and again while an operator changes the catalog: whatever was
 * acknowledged is there in the end, every agent has it, and no session has noticed. Real processes
 * with mutual TLS, on loopback addresses.
 */
@Timeout(1200)
class ControlPlaneChaosIT {
  private static final int KILLS = Integer.getInteger("sallyport.control-kills", 50);
  private static final int REPLICA_KILLS = Integer.getInteger("sallyport.replica-kills", 20);
  private static final int ETCD_RESTARTS = 5;
  private static final int SHORTEST_LIFE = 50;
  private static final int LONGEST_LIFE = 1_500;
  private static final int PAGE = 500;
  private static final Duration CAUGHT_UP = Duration.ofMinutes(2);
  private static final Duration GOES_ON = Duration.ofSeconds(90);
  private static final String SETTINGS =
      """
      history = 100000
      connections { calls-per-second = 100000, calls-burst = 100000 }
      """;

  @TempDir private Path directory;
  private LoopbackFleet fleet;

  @BeforeEach
  void setUp() throws Exception {
    LabRequirements.check("curl", "etcd");
    fleet = LoopbackFleet.in(directory);
  }

  @AfterEach
  void tearDown() {
    if (fleet != null) {
      fleet.close();
    }
  }

  @Test
  void killedAtAnyTimeItLosesNoAcknowledgedChangeAndNoSession() throws Exception {
    ControlProcess control = fleet.control(1, SETTINGS);
    List<String> addresses = List.of(fleet.controlAddress(1));
    control.start();
    control.awaitReady();
    Random random = random();
    try (Traffic traffic = begun(addresses)) {
      for (int kill = 0; kill < KILLS; kill++) {
        // By turns in the midst of its start, and once it serves.
        if (kill % 2 == 0) {
          control.awaitReady();
        }
        lives(random);
        control.kill();
        control.start();
      }
      control.awaitReady();
      traffic.goesOn();
      traffic.judged(addresses, KILLS + " kills of the only replica");
    }
  }

  @Test
  void oneReplicaOfThreeMayDieAtAnyTime() throws Exception {
    EtcdProcess etcd = fleet.opened(EtcdProcess.start(fleet.address(50), directory));
    List<ControlProcess> replicas = replicas(etcd);
    List<String> addresses = addresses();
    Random random = random();
    try (Traffic traffic = begun(addresses)) {
      for (int kill = 0; kill < REPLICA_KILLS; kill++) {
        ControlProcess victim = replicas.get(random.nextInt(replicas.size()));
        lives(random);
        victim.kill();
        lives(random);
        victim.start();
      }
      replicas.forEach(ControlProcess::awaitReady);
      traffic.goesOn();
      traffic.judged(addresses, REPLICA_KILLS + " kills of one of three replicas");
    }
  }

  @Test
  void etcdMayRestartBeneathThem() throws Exception {
    EtcdProcess etcd = fleet.opened(EtcdProcess.start(fleet.address(50), directory));
    List<ControlProcess> replicas = replicas(etcd);
    List<String> addresses = addresses();
    Random random = random();
    try (Traffic traffic = begun(addresses)) {
      for (int restart = 0; restart < ETCD_RESTARTS; restart++) {
        lives(random);
        if (restart % 2 == 0) {
          etcd.kill();
        } else {
          etcd.terminate();
        }
        lives(random);
        etcd.startAgain();
        traffic.goesOn();
      }
      assertThat(replicas).as("no replica dies with its store").allMatch(ControlProcess::alive);
      traffic.judged(addresses, ETCD_RESTARTS + " restarts of etcd");
    }
  }

  private List<ControlProcess> replicas(EtcdProcess etcd) throws Exception {
    List<ControlProcess> replicas = new ArrayList<>();
    for (int replica = 1; replica <= 3; replica++) {
      replicas.add(
          fleet.control(
              replica,
              SETTINGS
                  + "store { type = etcd, etcd { endpoints = [\""
                  + etcd.url()
                  + "\"], presence = 2s } }\n"));
    }
    replicas.forEach(ControlProcess::start);
    replicas.forEach(ControlProcess::awaitReady);
    return replicas;
  }

  private List<String> addresses() {
    return IntStream.rangeClosed(1, 3).mapToObj(fleet::controlAddress).toList();
  }

  private static Random random() {
    long seed = Long.getLong("sallyport.seed", System.nanoTime());
    System.out.println("chaos with -Dsallyport.seed=" + seed);
    return new Random(seed);
  }

  private static void lives(Random random) {
    Until.pause(Duration.ofMillis(random.nextInt(SHORTEST_LIFE, LONGEST_LIFE)));
  }

  /** Agents that serve, sessions through them, and a stream of changes. */
  private Traffic begun(List<String> addresses) throws Exception {
    List<Resource> all = new ArrayList<>(fleet.steady());
    fleet.changing().forEach(service -> all.add(fleet.service(service, 0)));
    Revision first = fleet.applied(addresses, "the beginning", all);
    List<AgentProcess> agents = fleet.startAgents(addresses);
    fleet.awaitEffective(addresses, LoopbackFleet.NODES, first, CAUGHT_UP);
    List<LastingSession> sessions = new ArrayList<>();
    for (String node : LoopbackFleet.NODES) {
      for (String service : List.of("steady-" + node, "a-" + node)) {
        sessions.add(LastingSession.to(service, fleet.addressOf(service), LoopbackFleet.PORT));
      }
    }
    ChangeStream changes =
        ChangeStream.start(fleet.editor(addresses), byOperator(), fleet::service);
    return new Traffic(agents, sessions, changes);
  }

  /** One operator for the services of each node. */
  private List<List<String>> byOperator() {
    return LoopbackFleet.NODES.stream()
        .map(node ->
            fleet.changing().stream()
                .filter(service -> LoopbackFleet.nodeOf(service).equals(node))
                .toList())
        .toList();
  }

  /** What goes on while things break. */
  private final class Traffic implements AutoCloseable {
    private final List<AgentProcess> agents;
    private final List<LastingSession> sessions;
    private final ChangeStream changes;
    private final long start = System.nanoTime();

    private Traffic(
        List<AgentProcess> agents, List<LastingSession> sessions, ChangeStream changes) {
      this.agents = agents;
      this.sessions = sessions;
      this.changes = changes;
    }

    /** Waits until some more changes are acknowledged. */
    void goesOn() {
      int before = changes.ledger().count();
      Until.holds(
          "changes acknowledged again",
          GOES_ON,
          () -> changes.ledger().faults().toString(),
          () -> changes.ledger().count() > before + 2);
    }

    /** Stops the changes, and holds what the operator was told against what has become of it. */
    void judged(List<String> addresses, String what) {
      changes.close();
      Ledger ledger = changes.ledger();
      Map<Revision, Change> history = history(addresses);
      Revision newest = history.keySet().stream().max(Revision::compareTo).orElseThrow();
      Duration caughtUp = fleet.awaitEffective(addresses, LoopbackFleet.NODES, newest, CAUGHT_UP);
      System.out.printf(
          "%s in %d s: %d changes sent, %d acknowledged, %d in the history; all agents have the"
              + " newest revision effective %d ms after the last; %d answers in %d sessions%n",
          what,
          Duration.ofNanos(System.nanoTime() - start).toSeconds(),
          ledger.tried(),
          ledger.count(),
          history.size(),
          caughtUp.toMillis(),
          sessions.stream().mapToLong(LastingSession::answers).sum(),
          sessions.size());

      assertThat(ledger.faults()).isEmpty();
      assertThat(ledger.count()).as("acknowledged changes").isGreaterThan(20);
      assertKept(ledger, history);
      assertServed(addresses, ledger);
      assertThat(sessions.stream().flatMap(session -> session.fault().stream()))
          .as("sessions that broke")
          .isEmpty();
      long least = Duration.ofNanos(System.nanoTime() - start).toSeconds() * 5;
      assertThat(sessions).allSatisfy(s -> assertThat(s.answers()).isGreaterThan(least));
    }

    private void assertKept(Ledger ledger, Map<Revision, Change> history) {
      List<String> lost = new ArrayList<>();
      Map<String, Revision> before = new HashMap<>();
      for (Ledger.Acknowledged told : ledger.all()) {
        String comment =
            Optional.ofNullable(history.get(told.revision())).map(Change::getComment).orElse("");
        if (!comment.equals(ChangeStream.comment(told.change()))) {
          lost.add(told + " is \"" + comment + "\" in the history");
        }
        Revision earlier =
            Optional.ofNullable(before.put(told.service(), told.revision())).orElse(Revision.NONE);
        if (told.revision().compareTo(earlier) <= 0) {
          lost.add(told + " is not newer than " + earlier);
        }
      }
      assertThat(lost).as("acknowledged changes that were lost").isEmpty();
      assertThat(history.values().stream().map(Change::getComment))
          .as("no change was made twice")
          .doesNotHaveDuplicates();
    }

    /** What the catalog says last is what the nodes publish. */
    private void assertServed(List<String> addresses, Ledger ledger) {
      Map<String, Resource> catalog = new HashMap<>();
      fleet
          .asked(addresses, client -> client.catalog(Optional.empty()))
          .services()
          .forEach(resource -> catalog.put(resource.getService().getName(), resource));
      for (String service : fleet.changing()) {
        String definition = catalog.get(service).getService().getDefinition();
        List<Integer> possible =
            IntStream.rangeClosed(ledger.lastAcknowledged(service), ledger.lastTried(service))
                .filter(change -> definition.contains(LoopbackFleet.name(service, change)))
                .boxed()
                .toList();
        assertThat(possible)
            .as(
                "%s is as change %d or a later one left it: %s",
                service, ledger.lastAcknowledged(service), definition)
            .hasSize(1);
        AgentProcess agent =
            agents.stream()
                .filter(each -> each.node().equals(LoopbackFleet.nodeOf(service)))
                .findFirst()
                .orElseThrow();
        assertThat(agent.hosts())
            .as("the hosts file of %s", agent.node())
            .contains(
                fleet.addressOf(service) + " " + LoopbackFleet.name(service, possible.getFirst()));
      }
    }

    private Map<Revision, Change> history(List<String> addresses) {
      return fleet.asked(
          addresses,
          client -> {
            Map<Revision, Change> all = new HashMap<>();
            Revision before = Revision.NONE;
            while (true) {
              List<Change> page = client.history(before, PAGE);
              page.forEach(change -> all.put(Revisions.of(change.getRevision()), change));
              if (page.size() < PAGE) {
                return all;
              }
              before = Revisions.of(page.getLast().getRevision());
            }
          });
    }

    @Override
    public void close() {
      changes.close();
      sessions.forEach(LastingSession::close);
    }
  }
}
