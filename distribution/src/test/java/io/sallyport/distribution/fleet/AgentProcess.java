package io.sallyport.distribution.fleet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.distribution.acceptance.Command;
import io.sallyport.distribution.acceptance.Daemon;
import io.sallyport.distribution.acceptance.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A node's agent, joined to a control plane; it may be ended and started again. */
final class AgentProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final Place place;
  private final Plan plan;
  private final Path configuration;
  private final Path log;
  private Optional<Daemon> process = Optional.empty();

  /**
   * How an agent is to run.
   *
   * @param node the node's name
   * @param zone its zone
   * @param control the control plane's addresses
   * @param admin where its admin port is, with the port
   * @param tls its certificate
   * @param hosts the hosts file that it writes to
   * @param directory for its state, its settings and its log
   * @param settings further ones, in HOCON
   */
  record Plan(
      String node,
      String zone,
      List<String> control,
      String admin,
      TlsFiles tls,
      Path hosts,
      Path directory,
      String settings) {
    Plan {
      control = List.copyOf(control);
    }
  }

  private AgentProcess(Place place, Plan plan, Path configuration) {
    this.place = place;
    this.plan = plan;
    this.configuration = configuration;
    this.log = plan.directory().resolve(plan.node() + ".log");
  }

  /** Writes its settings; does not start it. */
  static AgentProcess prepared(Place place, Plan plan) throws IOException {
    Path file = plan.directory().resolve(plan.node() + ".conf");
    Files.writeString(
        file,
        """
        node { name = %s, zone = "%s", labels { tier = %s } }
        admin.address = "%s"
        state-directory = "%s"
        injectors.hosts-file.path = "%s"
        control {
          addresses = [%s]
          tls { certificate = "%s", key = "%s", ca = "%s" }
          reconnect { least = 50ms, most = 500ms }
          report-interval = 500ms
        }
        %s
        """
            .formatted(
                plan.node(),
                plan.zone(),
                plan.zone(),
                plan.admin(),
                state(plan),
                plan.hosts(),
                plan.control().stream()
                    .map(address -> '"' + address + '"')
                    .collect(Collectors.joining(", ")),
                plan.tls().certificate(),
                plan.tls().key(),
                plan.tls().authorities(),
                plan.settings()));
    return new AgentProcess(place, plan, file);
  }

  private static Path state(Plan plan) {
    return plan.directory().resolve(plan.node() + "-state");
  }

  /** Starts it, and does not wait. */
  void start() {
    process =
        Optional.of(
            Daemon.start(
                place.inside(
                    List.of(
                        Place.launcher().toString(),
                        "agent",
                        "--config",
                        configuration.toString())),
                Map.of("SALLYPORT_HOME", ""),
                log));
  }

  /** Waits until it answers on its admin port, ready or not. */
  void awaitAnswer() {
    Until.holds(plan.node() + " answers", READY, this::log, () -> answers("/status"));
  }

  /** Waits until it says that it is ready. */
  void awaitReady() {
    Until.holds(plan.node() + " is ready", READY, this::log, this::ready);
  }

  boolean ready() {
    return answers("/ready");
  }

  /** Stops it in good order; the answer is its exit code. */
  int terminate() {
    int code = process.orElseThrow().terminate(STOP);
    process = Optional.empty();
    return code;
  }

  /** Ends it as a crash would. */
  void kill() {
    process.ifPresent(Daemon::kill);
    process = Optional.empty();
  }

  String node() {
    return plan.node();
  }

  Place place() {
    return place;
  }

  /** Where its admin port is. */
  String admin() {
    return plan.admin();
  }

  /** The directory that it keeps its state in. */
  Path state() {
    return state(plan);
  }

  /** What its hosts file holds. */
  String hosts() {
    try {
      return Files.readString(plan.hosts());
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** The end of what it has logged. */
  String log() {
    return process.map(Daemon::tail).orElse("(it does not run)");
  }

  /** What it tells of itself. */
  Status status() {
    String json =
        Command.run(
            place.inside(
                List.of("curl", "--silent", "--fail", "http://" + plan.admin() + "/status")));
    return new Status(
        ConfigFactory.parseString(
            json, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)));
  }

  @Override
  public void close() {
    kill();
  }

  private boolean answers(String page) {
    if (process.filter(Daemon::alive).isEmpty()) {
      throw new AssertionError("the agent of " + plan.node() + " has ended:\n" + log());
    }
    return place.answers("http://" + plan.admin() + page);
  }

  /** What an agent tells of itself. */
  record Status(Config json) {
    /** Everything that is wrong, in its words. */
    List<String> wrong() {
      return json.getStringList("wrong");
    }

    /** {@code connected} or {@code disconnected}. */
    String source() {
      return json.getString("catalog.state");
    }

    String revision() {
      return json.getString("catalog.revision");
    }

    /** Whether what serves is from the disk, and nobody has confirmed it yet. */
    boolean fromDisk() {
      return json.getBoolean("catalog.fromLastGood");
    }

    /** The services that it has, by their ids. */
    List<String> services() {
      return json.getConfigList("node.services").stream()
          .map(service -> service.getString("id"))
          .sorted()
          .toList();
    }
  }
}
