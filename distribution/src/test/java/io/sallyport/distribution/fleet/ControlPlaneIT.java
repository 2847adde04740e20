package io.sallyport.distribution.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import io.sallyport.distribution.acceptance.Command;
import io.sallyport.distribution.acceptance.Daemon;
import io.sallyport.distribution.acceptance.Lab;
import io.sallyport.distribution.acceptance.LabRequirements;
import io.sallyport.distribution.acceptance.PhaseTable;
import io.sallyport.distribution.acceptance.Probe;
import io.sallyport.distribution.acceptance.Puller;
import io.sallyport.distribution.acceptance.Traffic;
import io.sallyport.distribution.acceptance.Until;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A control plane, three agents and an operator in the closed network: real processes, real
 * registries, mutual TLS, and the catalog that the seed's own files amount to.
 */
@Timeout(1200)
class ControlPlaneIT {
  /** A name under which the second node alone looks for its control plane. */
  static final String CAPTURED = "control.icr.io";

  private static final Duration EFFECTIVE = Duration.ofSeconds(60);
  private static final Duration PROBED = Duration.ofSeconds(60);
  private static final String MIRROR = "172.20.0.9";

  @TempDir private Path directory;
  private Lab lab;
  private ClosedFleet fleet;
  private final List<Traffic> traffic = new ArrayList<>();

  @BeforeEach
  void setUp() throws Exception {
    LabRequirements.check();
    LabRequirements.check("curl", "python3");
    lab = Lab.open(directory);
    fleet = ClosedFleet.in(lab);
  }

  @AfterEach
  void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void oneCatalogServesEveryNodeThroughChangesAndOutages() throws Exception {
    fleet.control().start();
    fleet.control().awaitReady();
    for (ClosedFleet.Node node : fleet.nodes()) {
      node.agent().start();
    }
    String catalog = imported();
    String first = firstCatalog(catalog);
    for (ClosedFleet.Node node : fleet.nodes()) {
      traffic.add(Traffic.start(lab, node.namespace()));
    }
    try {
      phase("warm-up");
      Until.pause(Duration.ofSeconds(3));
      Traffic third = traffic.getLast();
      Until.holds(
          "sessions of the third node to z3",
          PROBED,
          () -> fleet.attempt("nodes").output(),
          () -> third.probes("warm-up").stream().anyMatch(p -> p.zone().equals("z3")));
      endpointGoesAndComes(catalog);
      String mirrored = addressConflictOnOneNode(catalog);
      oneNodeRefuses(mirrored);
      rolloutCompletes(mirrored);
      rolloutHaltsAndRollsBack(mirrored);
      rollbackByCommand(first);
      controlPlaneRestarts(catalog);
      agentsRestartWithoutIt(catalog);
      traffic.forEach(Traffic::probed);
    } finally {
      traffic.forEach(Traffic::end);
      for (int i = 0; i < traffic.size(); i++) {
        System.out.println(PhaseTable.of("node n" + (i + 1), traffic.get(i)));
      }
    }
    for (Traffic each : traffic) {
      for (String phase : each.phases()) {
        assertThat(each.probes(phase)).as(phase).isNotEmpty().noneMatch(Probe::failed);
        assertThat(each.pulls(phase)).as(phase).noneMatch(Probe::failed);
      }
    }
  }

  /** The imported catalog, looked at and applied, serves on all nodes; images are pulled. */
  private String firstCatalog(String catalog) throws Exception {
    Path file = Files.writeString(directory.resolve("first.conf"), catalog);
    assertThat(fleet.order("catalog", "apply", file.toString(), "--dry-run"))
        .contains("+ icr-io", "1 added, 0 changed, 0 removed")
        .contains("nothing has been changed: this was a dry run");
    assertThat(fleet.order("catalog", "history")).contains("there is no catalog yet");

    String first = fleet.apply("from HAProxy", catalog);
    Duration took =
        fleet.await("effective", EFFECTIVE, state -> ClosedFleet.effective(state, first));
    System.out.printf(
        "the first catalog: effective on three nodes, seen after %d ms%n", took.toMillis());
    assertThat(fleet.order("catalog", "history"))
        .contains(first, "olga", "+1 ~0 -0", "from HAProxy");
    assertThat(fleet.order("nodes"))
        .contains("n1", "z1", "n2", "z2", "n3", "z3", first, "1/1")
        .contains("3 nodes, 3 attached, 3 without a problem");
    for (ClosedFleet.Node node : fleet.nodes()) {
      assertThat(node.namespace().run("getent", "hosts", "icr.io")).startsWith("172.20.0.7 ");
      assertPulls(node);
    }
    return first;
  }

  /** An endpoint goes and comes again under traffic, and no request suffers. */
  private void endpointGoesAndComes(String catalog) throws Exception {
    phase("all-three");
    Until.pause(Duration.ofSeconds(4));
    String without =
        catalog
            .lines()
            .filter(line -> !line.contains("z3-1.private.icr.io"))
            .reduce("", (text, line) -> text + line + "\n");
    assertThat(without).isNotEqualTo(catalog);

    phase("endpoint-goes");
    String gone = fleet.apply("z3 goes", without);
    fleet.await("effective", EFFECTIVE, state -> ClosedFleet.effective(state, gone));
    phase("endpoint-gone");
    Until.pause(Duration.ofSeconds(4));
    phase("endpoint-comes");
    String back = fleet.apply("z3 comes", catalog);
    fleet.await("effective", EFFECTIVE, state -> ClosedFleet.effective(state, back));
    // Nodes prefer the endpoint of their own zone: it is the third one that loses it.
    Traffic third = traffic.getLast();
    Until.holds(
        "sessions to z3 again",
        PROBED,
        () -> fleet.attempt("nodes").output(),
        () -> third.probes("endpoint-comes").stream().anyMatch(p -> p.zone().equals("z3")));
    assertThat(third.probes("all-three")).isNotEmpty().allMatch(p -> p.zone().equals("z3"));
    assertThat(third.probes("endpoint-gone")).isNotEmpty().noneMatch(p -> p.zone().equals("z3"));
  }

  /**
   * A second service, whose address and port another program of one node has taken: that node says
   * so and serves the rest; once the program has ended it serves all.
   */
  private String addressConflictOnOneNode(String catalog) throws Exception {
    phase("address-conflict");
    ClosedFleet.Node second = fleet.node(2);
    second.namespace().ip("addr", "add", MIRROR + "/32", "dev", "lo");
    Daemon squatter = squatter(second, 443);
    String mirrored = catalog + mirror("443", "jp2.icr.io");
    String revision = fleet.apply("a mirror", mirrored);
    fleet.await(
        "serving but for n2",
        EFFECTIVE,
        state ->
            ClosedFleet.has(state, revision)
                && state.getStringList("problems").isEmpty()
                    == !state.getString("node.name").equals("n2"));
    Config state = fleet.state("n2");
    assertThat(state.getStringList("problems"))
        .anySatisfy(problem ->
            assertThat(problem)
                .contains(
                    "service mirror does not serve",
                    "cannot listen on " + MIRROR + ":443",
                    "in use"));
    assertThat(state.getInt("servicesServing")).isEqualTo(1);
    assertThat(state.getInt("servicesDeclared")).isEqualTo(2);
    assertThat(fleet.order("nodes")).contains("cannot listen on " + MIRROR + ":443");
    assertThat(fleet.attempt("nodes", "--check").code()).isEqualTo(1);
    assertThat(fleet.order("nodes", "n2")).contains("mirror  not serving", "icr-io  serving");
    assertThat(second.namespace().attempt("getent", "hosts", "jp2.icr.io").code())
        .as("a name that nothing serves is not published")
        .isNotZero();
    assertPulls(second);
    assertThat(fleet.node(1).namespace().run("getent", "hosts", "jp2.icr.io"))
        .startsWith(MIRROR + " ");

    squatter.kill();
    fleet.await("serving on n2, too", PROBED, node -> ClosedFleet.effective(node, revision));
    assertThat(fleet.attempt("nodes", "--check").code()).isZero();
    return mirrored;
  }

  /** What one node must not take, it refuses, with the reason; the others take it. */
  private void oneNodeRefuses(String mirrored) throws Exception {
    phase("one-node-refuses");
    String revision =
        fleet.apply(
            "a name that one node needs itself",
            mirrored
                + """
                services.captured {
                  address = 172.20.0.10
                  names = [%s]
                  ports = [443]
                  endpoints = [z1-1.private.icr.io]
                }
                """
                    .formatted(CAPTURED));
    fleet.await("through with it", EFFECTIVE, state -> ClosedFleet.has(state, revision));
    Config refusing = fleet.state("n2");
    Config rejected = refusing.getConfigList("rejected").getFirst();
    assertThat(rejected.getString("service")).isEqualTo("captured");
    Config problem = rejected.getConfigList("rejected.problems").getFirst();
    assertThat(problem.getString("code")).isEqualTo("captures-control-plane");
    assertThat(problem.getString("message"))
        .contains(CAPTURED + " is the control plane's own name");
    assertThat(refusing.getStringList("problems"))
        .anyMatch(said -> said.contains("service captured is refused"));
    for (String node : List.of("n1", "n3")) {
      assertThat(fleet.state(node).getConfigList("rejected")).isEmpty();
    }
    assertPulls(fleet.node(2));

    String without = fleet.apply("without it", mirrored);
    fleet.await("well again", EFFECTIVE, state -> ClosedFleet.effective(state, without));
  }

  /** A change goes over the nodes zone by zone. */
  private void rolloutCompletes(String mirrored) throws Exception {
    phase("rollout");
    Path file =
        Files.writeString(
            directory.resolve("rollout.conf"),
            mirrored.replace("names = [jp2.icr.io]", "names = [jp2.icr.io, br.icr.io]"));
    Command rolled =
        fleet.attempt(
            "rollout",
            "start",
            file.toString(),
            "--stages",
            "zone=z1,zone=z2",
            "--quiet",
            "1s",
            "--patience",
            "60s",
            "--comment",
            "a name more",
            "--yes",
            "--json",
            "--watch");
    assertThat(rolled.code()).as(rolled.text()).isZero();
    List<Config> told =
        ClosedFleet.told(rolled.output()).stream().filter(json -> json.hasPath("state")).toList();
    assertThat(told.stream().map(rollout -> rollout.getInt("stage")).distinct())
        .as(rolled.text())
        .containsSubsequence(0, 1, 2);
    assertThat(told.getLast().getString("state")).isEqualTo("completed");
    String to = told.getLast().getString("to");
    fleet.await("effective", EFFECTIVE, state -> ClosedFleet.effective(state, to));
    for (ClosedFleet.Node node : fleet.nodes()) {
      assertThat(node.namespace().run("getent", "hosts", "br.icr.io")).startsWith(MIRROR + " ");
    }
  }

  /** A change that the first node cannot serve comes back by itself, and no other node sees it. */
  private void rolloutHaltsAndRollsBack(String mirrored) throws Exception {
    phase("rollout-halts");
    String before = fleet.order("catalog", "show");
    Daemon squatter = squatter(fleet.node(1), 8443);
    Path file =
        Files.writeString(
            directory.resolve("rollout.conf"),
            mirrored.replace(
                "ports = [443] # mirror", "ports = [{ listen = 8443, target = 443 }] # mirror"));
    Command rolled =
        fleet.attempt(
            "rollout",
            "start",
            file.toString(),
            "--stages",
            "node=n1",
            "--quiet",
            "5s",
            "--patience",
            "60s",
            "--yes",
            "--json",
            "--watch");
    assertThat(rolled.code()).as(rolled.text()).isEqualTo(1);
    Config last = ClosedFleet.told(rolled.output()).getLast();
    assertThat(last.getString("state")).as(rolled.text()).isEqualTo("rolled-back");
    assertThat(last.getStringList("troubles"))
        .anySatisfy(trouble ->
            assertThat(trouble)
                .contains("node n1", "service mirror", "cannot listen on " + MIRROR + ":8443"));
    assertThat(fleet.order("rollout", "status")).contains("rolled back", "1 node is in trouble");
    squatter.kill();

    Config newest = fleet.asked("catalog", "history").getConfigList("changes").getFirst();
    String back = newest.getString("revision");
    assertThat(newest.getString("rolledBackTo")).isEqualTo(last.getString("from"));
    fleet.await("well again", PROBED, state -> ClosedFleet.effective(state, back));
    assertThat(withoutComments(fleet.order("catalog", "show"))).isEqualTo(withoutComments(before));
    for (ClosedFleet.Node node : fleet.nodes()) {
      Command answer =
          node.namespace()
              .attempt("curl", "--silent", "--fail", "--insecure", "https://jp2.icr.io/v2/");
      assertThat(answer.code()).as("%s: %s", node.name(), answer.text()).isZero();
    }
  }

  private void rollbackByCommand(String first) {
    phase("rollback");
    assertThat(fleet.order("catalog", "rollback", first, "--dry-run"))
        .contains("- mirror", "nothing has been changed");
    Config reply = fleet.asked("catalog", "rollback", first, "--comment", "as it was", "--yes");
    assertThat(reply.getString("outcome")).isEqualTo("applied");
    String revision = reply.getString("revision");
    fleet.await("effective", EFFECTIVE, state -> ClosedFleet.effective(state, revision));
    for (ClosedFleet.Node node : fleet.nodes()) {
      assertThat(node.namespace().attempt("getent", "hosts", "jp2.icr.io").code()).isNotZero();
      assertThat(node.agent().status().services()).containsExactly("icr-io");
      assertPulls(node);
    }
  }

  private void controlPlaneRestarts(String catalog) throws Exception {
    String revision = fleet.state("n1").getString("accepted");
    phase("control-plane-stops");
    assertThat(fleet.control().terminate()).as(fleet.control().log()).isZero();
    Until.pause(Duration.ofSeconds(2));
    phase("control-plane-starts");
    fleet.control().start();
    fleet.control().awaitReady();
    fleet.await("attached again", EFFECTIVE, state -> ClosedFleet.effective(state, revision));
    phase("control-plane-dies");
    fleet.control().kill();
    Until.pause(Duration.ofSeconds(2));
    fleet.control().start();
    fleet.control().awaitReady();
    String next = fleet.apply("after its death", catalog.replace("rise = 3", "rise = 2"));
    fleet.await("effective", EFFECTIVE, state -> ClosedFleet.effective(state, next));
  }

  /** With the control plane away, agents that restart serve what they kept. */
  private void agentsRestartWithoutIt(String catalog) throws Exception {
    phase("control-plane-away");
    String revision = fleet.state("n1").getString("effective");
    fleet.control().kill();
    Until.pause(Duration.ofSeconds(1));
    for (int i = 0; i < traffic.size(); i++) {
      AgentProcess agent = fleet.node(i + 1).agent();
      traffic
          .get(i)
          .between(
              "from-last-known-good",
              () -> {
                assertThat(agent.terminate()).isZero();
                agent.start();
                agent.awaitReady();
              });
      AgentProcess.Status status = agent.status();
      assertThat(status.source()).isEqualTo("disconnected");
      assertThat(status.fromDisk()).isTrue();
      assertThat(status.revision()).isEqualTo(revision);
      assertPulls(fleet.node(i + 1));
    }
    Until.pause(Duration.ofSeconds(3));
    phase("control-plane-back");
    fleet.control().start();
    fleet.control().awaitReady();
    String next = fleet.apply("and on", catalog);
    fleet.await("effective", EFFECTIVE, state -> ClosedFleet.effective(state, next));
    Until.pause(Duration.ofSeconds(2));
  }

  /** The catalog that the seed's own files amount to. */
  private String imported() throws Exception {
    Path catalog = directory.resolve("catalog.conf");
    Command imported =
        Place.here()
            .sallyport(
                "import",
                "haproxy",
                seed("haproxy-static-pod.cfg").toString(),
                "--hosts",
                seed("hosts").toString(),
                "--output",
                catalog.toString());
    assertThat(imported.code()).as(imported.text()).isZero();
    return Files.readString(catalog);
  }

  private static Path seed(String file) throws Exception {
    return Path.of(ControlPlaneIT.class.getResource("/seed/" + file).toURI());
  }

  private static String mirror(String port, String name) {
    return """

    services.mirror {
      address = %s
      names = [%s]
      ports = [%s] # mirror
      endpoints = [z1-1.private.icr.io, z2-1.private.icr.io, z3-1.private.icr.io]
    }
    """
        .formatted(MIRROR, name, port);
  }

  /** Another program of the node that listens on the mirror's address. */
  private Daemon squatter(ClosedFleet.Node node, int port) {
    Daemon squatter =
        lab.opened(
            Daemon.start(
                node.namespace()
                    .inside(
                        List.of(
                            "python3",
                            "-m",
                            "http.server",
                            "--bind",
                            MIRROR,
                            String.valueOf(port))),
                Map.of(),
                directory.resolve(node.name() + "-squatter.log")));
    Until.holds(
        "the other program listens",
        EFFECTIVE,
        squatter::tail,
        () ->
            node.namespace()
                    .attempt("curl", "--silent", "http://" + MIRROR + ":" + port + "/")
                    .code()
                == 0);
    return squatter;
  }

  private void assertPulls(ClosedFleet.Node node) {
    Puller puller = Puller.start(lab, node.namespace(), Duration.ofHours(1));
    Probe pull = puller.pull("pull", 443);
    puller.close();
    assertThat(pull.failed()).as("%s: %s", node.name(), pull).isFalse();
  }

  private void phase(String name) {
    traffic.forEach(each -> each.phase(name));
  }

  private static String withoutComments(String text) {
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .reduce("", (all, line) -> all + line + "\n");
  }
}
