package io.sallyport.distribution.fleet;

import io.sallyport.control.security.TlsFiles;
import io.sallyport.distribution.acceptance.Command;
import io.sallyport.distribution.acceptance.Daemon;
import io.sallyport.distribution.acceptance.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One replica of the control plane, as a process that may be ended and started again. */
final class ControlProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final Place place;
  private final Plan plan;
  private final Path configuration;
  private final Path log;
  private Optional<Daemon> process = Optional.empty();
  private int starts;

  /**
   * How a replica is to run.
   *
   * @param name its name
   * @param address where it listens, with its port
   * @param admin where its admin port is, with the port
   * @param tls its certificate
   * @param directory for its state, its settings and its log
   * @param settings further ones, in HOCON
   */
  record Plan(
      String name, String address, String admin, TlsFiles tls, Path directory, String settings) {}

  private ControlProcess(Place place, Plan plan, Path configuration) {
    this.place = place;
    this.plan = plan;
    this.configuration = configuration;
    this.log = plan.directory().resolve(plan.name() + ".log");
  }

  /** Writes its settings; does not start it. */
  static ControlProcess prepared(Place place, Plan plan) throws IOException {
    Path file = plan.directory().resolve(plan.name() + ".conf");
    Files.writeString(
        file,
        """
        replica = %s
        listen = "%s"
        advertise = "%s"
        state-directory = "%s"
        admin.address = "%s"
        stop-over = 500ms
        tls { certificate = "%s", key = "%s", ca = "%s" }
        %s
        """
            .formatted(
                plan.name(),
                plan.address(),
                plan.address(),
                plan.directory().resolve(plan.name() + "-state"),
                plan.admin(),
                plan.tls().certificate(),
                plan.tls().key(),
                plan.tls().authorities(),
                plan.settings()));
    return new ControlProcess(place, plan, file);
  }

  /** Starts it, and does not wait. */
  void start() {
    starts++;
    process =
        Optional.of(
            Daemon.start(
                place.inside(
                    List.of(
                        Place.launcher().toString(),
                        "control",
                        "--config",
                        configuration.toString())),
                Map.of("SALLYPORT_HOME", ""),
                log));
  }

  /** Waits until it says that it is ready. */
  void awaitReady() {
    Until.holds(plan.name() + " is ready", READY, this::log, this::answers);
  }

  /** Ends it as a crash would. */
  void kill() {
    process.ifPresent(Daemon::kill);
    process = Optional.empty();
  }

  /** Stops it in good order; the answer is its exit code. */
  int terminate() {
    int code = process.orElseThrow().terminate(STOP);
    process = Optional.empty();
    return code;
  }

  boolean alive() {
    return process.filter(Daemon::alive).isPresent();
  }

  long pid() {
    return process.orElseThrow().pid();
  }

  String address() {
    return plan.address();
  }

  int starts() {
    return starts;
  }

  /** The directory that it keeps its state in. */
  Path state() {
    return plan.directory().resolve(plan.name() + "-state");
  }

  /** The end of what it has logged. */
  String log() {
    return process.map(Daemon::tail).orElse("(it does not run)");
  }

  /** Everything that it has logged, over all starts. */
  String wholeLog() throws IOException {
    return Files.readString(log);
  }

  /** The value of one of its metrics. */
  double metric(String name) {
    String page =
        Command.run(
            place.inside(
                List.of("curl", "--silent", "--fail", "http://" + plan.admin() + "/metrics")));
    return page.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Resident memory in kilobytes. */
  long residentKilobytes() throws IOException {
    return Files.readString(Path.of("/proc", String.valueOf(pid()), "status"))
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    kill();
  }

  private boolean answers() {
    if (!alive()) {
      throw new AssertionError("the control plane has ended:\n" + log());
    }
    return place.answers("http://" + plan.admin() + "/ready");
  }
}
