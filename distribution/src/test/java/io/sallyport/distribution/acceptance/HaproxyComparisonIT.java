package io.sallyport.distribution.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same network, traffic and configuration with HAProxy in Sallyport's place, for the figures to
 * compare with. It takes three minutes and tests nothing of ours, so it runs only when it is asked
 * for.
 *
 * <p>What was published of the seed's configuration has no timeouts; those of HAProxy's own
 * examples are added, without which it would wait for ever.
 */
@EnabledIfSystemProperty(named = "sallyport.compare", matches = "haproxy")
class HaproxyComparisonIT {
  private static final Duration FAULT = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @Test
  void haproxyThroughTheSameFaults() throws Exception {
    LabRequirements.check();
    try (Lab lab = Lab.open(directory)) {
      Files.writeString(
          lab.node().etc("hosts"),
          Lab.foreignHosts() + "172.20.0.7 registry.bluemix.net icr.io cp.icr.io\n");
      lab.node().ip("addr", "add", "172.20.0.7/32", "dev", "lo", "scope", "host");
      List<String> command = List.of("haproxy", "-db", "-f", configuration().toString());
      Path log = directory.resolve("haproxy.log");
      Daemon haproxy = lab.opened(Daemon.start(lab.node().inside(command), Map.of(), log));
      Traffic traffic = Traffic.start(lab);
      Zone first = lab.zones().getFirst();
      traffic.phase("warm-up");
      Until.pause(BETWEEN);
      traffic.phase("all-well");
      Until.pause(BETWEEN);
      traffic.between("z1-killed", first::kill);
      Until.pause(FAULT);
      traffic.between("z1-returns", first::start);
      Until.pause(BETWEEN);
      traffic.between("z1-vanished", first::vanish);
      Until.pause(FAULT);
      traffic.between("z1-reappears", first::reappear);
      Until.pause(BETWEEN);
      traffic.end();
      System.out.println(PhaseTable.of("HAProxy, the seed's configuration", traffic));
      assertThat(haproxy.alive()).as(haproxy.tail()).isTrue();
      assertThat(traffic.probes("all-well")).isNotEmpty().noneMatch(Probe::failed);
    }
  }

  private Path configuration() throws Exception {
    String defaults =
        """
        global
            log stderr format raw local0
            maxconn 1000
        defaults
            timeout connect 5s
            timeout client 50s
            timeout server 50s
        """;
    Path seed =
        Path.of(HaproxyComparisonIT.class.getResource("/seed/haproxy-static-pod.cfg").toURI());
    return Files.writeString(directory.resolve("haproxy.cfg"), defaults + Files.readString(seed));
  }
}
