package io.sallyport.distribution.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One zone: a namespace with an image registry, TLS for the public names, on two ports that share
 * one storage. Each answer carries the zone's name in the header {@code X-Zone}.
 */
public final class Zone implements AutoCloseable {
  /** The ports that the seed's registry serves on. */
  public static final List<Integer> PORTS = List.of(443, 4443);

  private static final Duration START = Duration.ofSeconds(60);
  // The kernel's number for a listening socket in /proc/PID/net/tcp.
  private static final String LISTEN = "0A";

  private final String name;
  private final Namespace namespace;
  private final Namespace network;
  private final Path directory;
  private final List<Daemon> registries = new ArrayList<>();

  /**
   * A zone whose namespace exists.
   *
   * @param network the namespace of the bridge, where this zone's port is called like the zone
   * @param directory holds {@code server.pem} and {@code server.key}; a folder is made in it
   */
  Zone(String name, Namespace namespace, Namespace network, Path directory) {
    this.name = name;
    this.namespace = namespace;
    this.network = network;
    this.directory = directory;
  }

  public String name() {
    return name;
  }

  public Namespace namespace() {
    return namespace;
  }

  /** Starts its registries and returns once both listen. */
  public void start() {
    for (int port : PORTS) {
      registries.add(
          Daemon.start(
              namespace.inside(List.of("docker-registry", "serve", configuration(port).toString())),
              Map.of("OTEL_TRACES_EXPORTER", "none"),
              directory.resolve(name + "-" + port + ".log")));
    }
    Until.holds(
        name + " listening", START, () -> registries.getLast().tail(), () -> listens(PORTS));
  }

  /** Kills its registries (SIGKILL): connects are refused from now on. */
  public void kill() {
    registries.forEach(Daemon::kill);
    registries.clear();
  }

  /**
   * Makes the network swallow its packets, both ways: nothing refuses, nothing answers. The
   * bridge's port goes down, not the link's end in the node's namespace, so that the node sees a
   * carrier all the time; and the node knows the zone's hardware address for good, so that no
   * unanswered ARP turns into "no route to host".
   */
  public void vanish() {
    network.ip("link", "set", name, "down");
  }

  /** Ends {@link #vanish}. */
  public void reappear() {
    network.ip("link", "set", name, "up");
  }

  @Override
  public void close() {
    kill();
    namespace.close();
  }

  private boolean listens(List<Integer> ports) {
    for (int port : ports) {
      String local = String.format(Locale.ROOT, ":%04X ", port);
      if (sockets().stream().noneMatch(s -> s.contains(local) && s.contains(" " + LISTEN + " "))) {
        return false;
      }
    }
    return true;
  }

  private List<String> sockets() {
    return Command.run(
            "ip", "netns", "exec", namespace.name(), "cat", "/proc/net/tcp", "/proc/net/tcp6")
        .lines()
        .toList();
  }

  private Path configuration(int port) {
    Path file = directory.resolve(name + "-" + port + ".yml");
    try {
      Files.writeString(
          file,
          """
          version: 0.1
          log: {level: warn, accesslog: {disabled: true}}
          storage:
            filesystem: {rootdirectory: %s}
          http:
            addr: :%d
            headers: {X-Zone: [%s]}
            tls: {certificate: %s, key: %s}
          """
              .formatted(
                  directory.resolve(name + "-storage"),
                  port,
                  name,
                  directory.resolve("server.pem"),
                  directory.resolve("server.key")));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    return file;
  }
}
