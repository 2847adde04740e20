package io.sallyport.distribution.acceptance;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real distribution on the lab's node. */
final class SallyportNode {
  private static final Duration READY = Duration.ofSeconds(60);
  static final String ADMIN = "127.0.0.1:9917";

  private final Lab lab;
  private final Path launcher;
  private final Path catalog;
  private final Daemon agent;

  private SallyportNode(Lab lab, Path launcher, Path catalog, Daemon agent) {
    this.lab = lab;
    this.launcher = launcher;
    this.catalog = catalog;
    this.agent = agent;
  }

  /**
   * Starts an agent and returns once it says that it is ready.
   *
   * @param onExit what becomes of names and addresses when it stops
   * @param settings further ones, such as {@code injectors.dns.enabled=true}
   */
  static SallyportNode run(
      Lab lab, Path launcher, Path catalog, String onExit, String... settings) {
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "run"));
    command.addAll(List.of("--catalog", catalog.toString(), "--admin", ADMIN));
    command.addAll(List.of("--set", "on-exit=" + onExit));
    command.addAll(List.of("--set", "state-directory=" + lab.directory().resolve("state")));
    for (String setting : settings) {
      command.addAll(List.of("--set", setting));
    }
    Path log = lab.directory().resolve("sallyport.log");
    Daemon agent =
        lab.opened(Daemon.start(lab.node().inside(command), Map.of("SALLYPORT_HOME", ""), log));
    SallyportNode node = new SallyportNode(lab, launcher, catalog, agent);
    Until.holds("ready", READY, agent::tail, () -> node.answers("/ready"));
    return node;
  }

  /** Waits until nothing is wrong: it is ready before all endpoints have been looked at. */
  void awaitWell() {
    Until.holds("well", READY, () -> table() + log(), () -> status().wrong().isEmpty());
  }

  /** What it logged at last. */
  String log() {
    return agent.tail();
  }

  /** {@code sallyport status}, as people read it. */
  String table() {
    return lab.node().run(launcher.toString(), "status", "--admin", ADMIN);
  }

  /** {@code sallyport status --json}, as the operator would ask. */
  Status status() {
    String json = lab.node().run(launcher.toString(), "status", "--json", "--admin", ADMIN).strip();
    return new Status(
        ConfigFactory.parseString(
            json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)));
  }

  /** Stops it as a service manager does; the answer is its exit code. */
  int terminate() {
    return agent.terminate(Duration.ofSeconds(60));
  }

  Path catalog() {
    return catalog;
  }

  private boolean answers(String page) {
    if (!agent.alive()) {
      throw new AssertionError("the agent has ended:\n" + agent.tail());
    }
    String url = "http://" + ADMIN + page;
    return lab.node().attempt("curl", "--silent", "--fail", "--max-time", "10", url).code() == 0;
  }

  /** What an agent tells of itself. */
  record Status(Config json) {
    /** Everything that is wrong, in its words. */
    List<String> wrong() {
      return json.getStringList("wrong");
    }

    /** An endpoint in a zone, behind the listener on a port. */
    Endpoint endpoint(int port, Zone zone) {
      for (Config service : json.getConfigList("node.services")) {
        for (Config listener : service.getConfigList("listeners")) {
          if (listener.getInt("port") == port) {
            for (Config endpoint : listener.getConfigList("endpoints")) {
              if (endpoint.getString("host").startsWith(zone.name() + "-")) {
                return new Endpoint(endpoint);
              }
            }
          }
        }
      }
      throw new AssertionError("no endpoint of " + zone.name() + " on port " + port + ": " + json);
    }
  }

  /** One endpoint's part of it. */
  record Endpoint(Config json) {
    /** Whether new sessions may go there. */
    boolean inUse() {
      return json.getBoolean("up") && !json.getBoolean("avoided");
    }

    String health() {
      return json.getString("health");
    }

    long connectFailures() {
      return json.getLong("connectFailures");
    }
  }
}
