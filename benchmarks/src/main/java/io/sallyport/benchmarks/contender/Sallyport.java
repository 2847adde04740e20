package io.sallyport.benchmarks.contender;

import io.sallyport.benchmarks.process.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sallyport as it ships. Its catalog says what HAProxy's configuration says; names go into a hosts
 * file of the benchmark's own, and addresses are in 127.0.0.0/8, where no one has to add them.
 *
 * @param launcher {@code bin/sallyport} of an installation
 * @param transport which one it is set to; auto is the default
 */
public record Sallyport(Path launcher, String transport) implements Contender {
  /** The transport that is chosen where nothing is said. */
  public static final String AUTO = "auto";

  /** Where its admin port listens. */
  public static final String ADMIN = "127.77.0.9:9420";

  /** The file in its directory that names are published in. */
  public static final String HOSTS = "hosts";

  private static final String DEFAULTS =
      "as shipped, with every default; the catalog asks for round-robin, health-check interval"
          + " 60s fall 3 rise 3, close-sessions, close-backup-sessions; the admin port is on,"
          + " names are published in a file of the benchmark's own";

  @Override
  public String id() {
    return transport.equals(AUTO) ? "sallyport" : "sallyport-" + transport;
  }

  @Override
  public String title() {
    return transport.equals(AUTO) ? "Sallyport" : "Sallyport, " + transport;
  }

  @Override
  public String settings() {
    return transport.equals(AUTO) ? DEFAULTS : "the same with transport = " + transport;
  }

  @Override
  public Lane start(Path directory, List<Route> routes) {
    Path catalog = directory.resolve("catalog.conf");
    ProxyLane.replace(catalog, configuration(routes));
    Path hosts = directory.resolve(HOSTS);
    try {
      Files.writeString(hosts, "127.0.0.1 localhost\n");
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "run"));
    command.addAll(List.of("--catalog", catalog.toString()));
    command.addAll(List.of("--hosts-file", hosts.toString(), "--admin", ADMIN));
    command.addAll(List.of("--set", "injectors.loopback.enabled=false"));
    command.addAll(List.of("--set", "state-directory=" + directory.resolve("state")));
    command.addAll(List.of("--set", "stop-drain=0s"));
    if (!transport.equals(AUTO)) {
      command.addAll(List.of("--set", "transport=" + transport));
    }
    Daemon daemon = Daemon.start(command, directory.resolve("sallyport.log"));
    return new ProxyLane(daemon, catalog, Sallyport::configuration, "HUP");
  }

  static String configuration(List<Route> routes) {
    StringBuilder text = new StringBuilder("services {\n");
    for (Route route : routes) {
      text.append("  ").append(route.name()).append(" {\n");
      text.append("    names = [").append(route.name()).append(".benchmark.test]\n");
      text.append("    address = ").append(route.listen().getAddress().getHostAddress());
      text.append("\n    ports = [").append(route.listen().getPort()).append("]\n");
      text.append("    endpoints = [\n");
      for (var endpoint : route.endpoints()) {
        text.append("      \"").append(Route.text(endpoint)).append("\"\n");
      }
      text.append("    ]\n    health-check { interval = 1m, fall = 3, rise = 3, port = ");
      text.append(route.probePort()).append(" }\n");
      text.append("    on-down = close-sessions\n    on-up = close-backup-sessions\n  }\n");
    }
    return text.append("}\n").toString();
  }
}
