package io.sallyport.distribution.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The same faults, the same traffic and the same configuration with HAProxy in Sallyport's place,
 * for the figures to compare with: a program, not a test, for people who doubt them.
 *
 * <p>The seed's configuration has no timeouts of its own in what was published; those of HAProxy's
 * own examples are added, without which it would wait for ever.
 */
final class HaproxyComparison {
  private static final Duration FAULT = Duration.ofSeconds(60);

  private HaproxyComparison() {}

  /** Runs it, for about three minutes; the argument is the seed's configuration. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("haproxy-comparison");
    try (Lab lab = Lab.open(directory)) {
      Path configuration = configuration(Files.readString(Path.of(arguments[0])), directory);
      Files.writeString(
          lab.node().etc("hosts"),
          Lab.foreignHosts() + "172.20.0.7 registry.bluemix.net icr.io cp.icr.io\n");
      lab.node().ip("addr", "add", "172.20.0.7/32", "dev", "lo", "scope", "host");
      List<String> command = List.of("haproxy", "-db", "-f", configuration.toString());
      Daemon haproxy =
          lab.opened(
              Daemon.start(lab.node().inside(command), Map.of(), directory.resolve("haproxy.log")));
      Traffic traffic = Traffic.start(lab);
      traffic.phase("warm-up");
      Until.pause(Duration.ofSeconds(4));
      Zone first = lab.zones().getFirst();
      traffic.phase("all-well");
      Until.pause(Duration.ofSeconds(6));
      traffic.between("z1-killed", first::kill);
      Until.pause(FAULT);
      traffic.between("z1-returns", first::start);
      Until.pause(Duration.ofSeconds(10));
      traffic.between("z1-vanished", first::vanish);
      Until.pause(FAULT);
      traffic.between("z1-reappears", first::reappear);
      Until.pause(Duration.ofSeconds(10));
      traffic.end();
      System.out.println(PhaseTable.of("HAProxy, the seed's configuration", traffic));
      if (!haproxy.alive()) {
        throw new IllegalStateException(haproxy.tail());
      }
    }
  }

  private static Path configuration(String seed, Path directory) throws IOException {
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
    Path file = directory.resolve("haproxy.cfg");
    Files.writeString(file, defaults + seed);
    return file;
  }
}
