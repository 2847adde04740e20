package io.sallyport.distribution.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real node that Sallyport is modelled on, at a small scale: its HAProxy configuration and
 * hosts file are imported, and what comes out runs in a closed network with real registries, while
 * zones die, vanish and return. Health checks keep their interval of a minute.
 */
class ClosedNetworkIT {
  private static final String ADDRESS = "172.20.0.7";
  // Less than a connect to a zone that has vanished may take, which is three seconds.
  private static final Duration SLOWEST = Duration.ofMillis(2_500);
  // A probe a quarter second, every third one at the dead zone: that is when it is first met.
  private static final Duration FIRST_MET = Duration.ofSeconds(1);
  // The signing port is asked once a second.
  private static final Duration FIRST_MET_SIGNING = Duration.ofSeconds(4);
  // Less than the interval of the health checks; and each look takes as long as a program's start.
  private static final Duration AVOIDED = Duration.ofSeconds(15);
  // All three refuse, and after a second the last attempt does.
  private static final Duration ENDED = Duration.ofSeconds(10);
  private static final Duration BACK = Duration.ofSeconds(50);
  private static final Duration RECOVERED = Duration.ofSeconds(50);

  @TempDir private Path directory;
  private Lab lab;
  private Path launcher;

  @BeforeEach
  void setUp() throws Exception {
    LabRequirements.check();
    launcher = Path.of(System.getProperty("sallyport.home"), "bin", "sallyport");
    lab = Lab.open(directory);
  }

  @AfterEach
  void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void publicNameIsServedWhateverBecomesOfOneZone() throws Exception {
    Path catalog = imported();
    Object inode = Files.getAttribute(lab.node().etc("hosts"), "unix:ino");
    SallyportNode node = SallyportNode.run(lab, launcher, catalog, "withdraw");
    node.awaitWell();
    assertPublished();
    assertThat(foreignLines()).isEqualTo(Lab.foreignHosts());

    Traffic traffic = Traffic.start(lab);
    Zone first = lab.zones().get(0);
    Zone second = lab.zones().get(1);
    try {
      traffic.phase("warm-up");
      Until.pause(Duration.ofSeconds(4));
      traffic.phase("all-well");
      Until.pause(Duration.ofSeconds(6));

      fault(traffic, node, "z1-killed", first, first::kill);
      awaitReturn(traffic, node, "z1-returns", first, first::start);
      traffic.phase("all-well-again");
      Until.pause(Duration.ofSeconds(5));

      fault(traffic, node, "z2-vanished", second, second::vanish);
      awaitReturn(traffic, node, "z2-reappears", second, second::reappear);
      traffic.phase("all-well-at-last");
      Until.pause(Duration.ofSeconds(5));

      traffic.between("all-killed", () -> lab.zones().forEach(Zone::kill));
      Until.pause(Duration.ofSeconds(5));
      traffic.between("all-return", () -> lab.zones().forEach(Zone::start));
      Duration recovery =
          Until.holds(
              "served again",
              RECOVERED,
              node::log,
              () -> traffic.probes("all-return").stream().anyMatch(probe -> !probe.failed()));
      System.out.printf(
          "all zones died and returned: served again after %d ms%n", recovery.toMillis());
      traffic.phase("recovered");
      Until.pause(Duration.ofSeconds(4));
    } finally {
      traffic.end();
      System.out.println(PhaseTable.of("Sallyport, the seed's configuration", traffic));
    }

    for (String phase :
        List.of(
            "all-well",
            "z1-killed",
            "z1-returns",
            "all-well-again",
            "z2-vanished",
            "z2-reappears",
            "all-well-at-last",
            "recovered")) {
      assertFlawless(traffic, phase);
    }
    for (String phase : List.of("all-well", "all-well-again", "all-well-at-last")) {
      assertSpread(traffic, phase);
    }
    assertThat(traffic.probes("all-killed"))
        .as("with no zone left a session is ended, not left hanging")
        .isNotEmpty()
        .allSatisfy(probe -> assertThat(probe.took()).isLessThan(ENDED));

    assertThat(foreignLines()).isEqualTo(Lab.foreignHosts());
    assertThat(Files.getAttribute(lab.node().etc("hosts"), "unix:ino"))
        .as("the bind-mounted file is still the same file")
        .isEqualTo(inode);
    assertThat(node.terminate()).isZero();
    assertThat(Files.readString(lab.node().etc("hosts")))
        .as("withdrawn: the hosts file is byte for byte as it was")
        .isEqualTo(Lab.foreignHosts());
    assertThat(loopback()).doesNotContain("172.20.");

    SallyportNode keeper = SallyportNode.run(lab, launcher, catalog, "keep");
    assertThat(keeper.terminate()).isZero();
    assertPublished();
    SallyportNode successor = SallyportNode.run(lab, launcher, catalog, "withdraw");
    successor.awaitWell();
    assertThat(successor.terminate()).isZero();
    assertThat(Files.readString(lab.node().etc("hosts"))).isEqualTo(Lab.foreignHosts());
    assertThat(loopback()).doesNotContain("172.20.");
  }

  /** The catalog that the seed's own files amount to, without a warning. */
  private Path imported() throws URISyntaxException {
    Path catalog = directory.resolve("catalog.conf");
    Command imported =
        Command.attempt(
            List.of(
                launcher.toString(),
                "import",
                "haproxy",
                seed("haproxy-static-pod.cfg").toString(),
                "--hosts",
                seed("hosts").toString(),
                "--output",
                catalog.toString()));
    assertThat(imported.code()).as(imported.text()).isZero();
    assertThat(imported.output()).doesNotContainIgnoringCase("warning");
    return catalog;
  }

  private static Path seed(String file) throws URISyntaxException {
    return Path.of(ClosedNetworkIT.class.getResource("/seed/" + file).toURI());
  }

  /** A zone fails between two probes; new sessions must soon avoid it, and none may suffer. */
  private static void fault(
      Traffic traffic, SallyportNode node, String phase, Zone zone, Runnable fault) {
    traffic.between(phase, fault);
    long start = System.nanoTime();
    for (int port : Zone.PORTS) {
      Duration met = port == 443 ? FIRST_MET : FIRST_MET_SIGNING;
      Until.holds(
          phase + ": " + zone.name() + " avoided on port " + port,
          AVOIDED.plus(met),
          node::log,
          () -> !node.status().endpoint(port, zone).inUse());
      // Each look at the status starts a program, and takes as long as that.
      System.out.printf(
          "%s: seen to be avoided on port %d %d ms after the fault, %s%n",
          phase,
          port,
          Duration.ofNanos(System.nanoTime() - start).toMillis(),
          node.status().endpoint(port, zone).health());
    }
    long failures = node.status().endpoint(443, zone).connectFailures();
    Until.pause(Duration.ofSeconds(8));
    assertThat(node.status().endpoint(443, zone).connectFailures())
        .as("connects that new sessions wasted on the zone once it was avoided")
        .isEqualTo(failures);
  }

  private static void awaitReturn(
      Traffic traffic, SallyportNode node, String phase, Zone zone, Runnable repair) {
    traffic.between(phase, repair);
    Duration took =
        Until.holds(
            phase + ": " + zone.name() + " in use again",
            BACK,
            node::log,
            () -> Zone.PORTS.stream().allMatch(port -> node.status().endpoint(port, zone).inUse()));
    System.out.printf("%s: in use again after %d ms%n", phase, took.toMillis());
  }

  private static void assertFlawless(Traffic traffic, String phase) {
    List<Probe> probes = traffic.probes(phase);
    assertThat(probes).as(phase).isNotEmpty();
    assertThat(probes).as(phase).noneMatch(Probe::failed);
    assertThat(probes).as(phase).allSatisfy(probe -> assertThat(probe.took()).isLessThan(SLOWEST));
    assertThat(traffic.pulls(phase)).as(phase).noneMatch(Probe::failed);
  }

  private static void assertSpread(Traffic traffic, String phase) {
    List<Probe> probes = traffic.probes(phase);
    for (String zone : List.of("z1", "z2", "z3")) {
      long share = probes.stream().filter(probe -> probe.zone().equals(zone)).count();
      assertThat(share)
          .as("%s: answers of %s among %d", phase, zone, probes.size())
          .isGreaterThanOrEqualTo(probes.size() / 5L);
    }
  }

  private void assertPublished() {
    for (String name : List.of("icr.io", "cp.icr.io", "registry.bluemix.net")) {
      Until.holds(
          name + " published",
          BACK,
          () -> loopback(),
          () -> lab.node().attempt("getent", "hosts", name).output().startsWith(ADDRESS + " "));
    }
    assertThat(loopback()).contains(ADDRESS + "/32");
  }

  private String loopback() {
    return lab.node().ip("-o", "addr", "show", "dev", "lo");
  }

  /** What the node's hosts file holds beside our lines. */
  private String foreignLines() throws IOException {
    return Files.readString(lab.node().etc("hosts"))
        .lines()
        .filter(line -> !line.startsWith(ADDRESS))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
