package io.sallyport.benchmarks.fleet;

import io.sallyport.benchmarks.process.ProcFiles;
import io.sallyport.benchmarks.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmarks/run fleet}, once everything is there. */
@Command(
    name = "benchmarks/run fleet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measure the control plane as it ships with thousands of agents' clients in one process,"
            + " over TLS, and write a report.")
public final class FleetCommand implements Callable<Integer> {
  private static final Duration BOUND = Duration.ofSeconds(10);

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "1000",
      description = "how many agents there are; default: ${DEFAULT-VALUE}")
  private int agents;

  @Option(
      names = "--services",
      paramLabel = "N",
      defaultValue = "1000",
      description = "how many services the catalog has; default: ${DEFAULT-VALUE}")
  private int services;

  @Option(
      names = "--endpoints",
      paramLabel = "N",
      defaultValue = "2",
      description = "endpoints of each service; default: ${DEFAULT-VALUE}")
  private int endpoints;

  @Option(
      names = "--zones",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "share the agents out among so many zones, and all services but the common ones, so that"
              + " each agent has those of its zone; default: ${DEFAULT-VALUE}")
  private int zones;

  @Option(
      names = "--common",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "services that every agent has, one of which changes; with one zone that is every"
              + " service; default: ${DEFAULT-VALUE}")
  private int common;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "changes of one endpoint that are measured; default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--restarts",
      paramLabel = "N",
      defaultValue = "3",
      description = "how often the control plane is killed; default: ${DEFAULT-VALUE}")
  private int restarts;

  @Option(
      names = "--sallyport",
      paramLabel = "PATH",
      description = "bin/sallyport of another installation")
  private @Nullable Path sallyport;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the report goes; default: benchmarks/target/report")
  private @Nullable Path out;

  /** For picocli. */
  public FleetCommand() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new FleetCommand()).execute(arguments));
  }

  @Override
  public Integer call() {
    least("--agents", agents, 1);
    least("--services", services, 1);
    least("--endpoints", endpoints, 1);
    least("--zones", zones, 1);
    least("--rounds", rounds, 1);
    least("--restarts", restarts, 0);
    least("--common", common, 1);
    FleetPlan plan =
        new FleetPlan(
            agents,
            services,
            endpoints,
            zones,
            zones == 1 ? services : Math.min(common, services),
            rounds,
            restarts,
            Duration.ofMinutes(1),
            Duration.ofMinutes(3));
    Path repository = Path.of(System.getProperty("sallyport.repository", "."));
    Path launcher =
        sallyport != null
            ? sallyport.toAbsolutePath()
            : repository.resolve("distribution/target/sallyport/bin/sallyport").toAbsolutePath();
    Path report =
        (out != null ? out : repository.resolve("benchmarks/target/report")).toAbsolutePath();
    FleetFigures figures = new FleetFigures();
    SequencedMap<String, String> facts = facts(plan, launcher);
    Thread abandon =
        new Thread(
            () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly));
    Runtime.getRuntime().addShutdownHook(abandon);
    Path directory = directory();
    try {
      new FleetRun(plan, launcher, directory, System.err::println, figures).run();
    } finally {
      FleetReport whole = new FleetReport(facts, figures);
      whole.write(report);
      commandLine().getOut().print(whole.markdown());
      commandLine().getOut().flush();
      delete(directory);
    }
    System.err.println("The report: " + report.resolve("fleet.md"));
    return 0;
  }

  private static SequencedMap<String, String> facts(FleetPlan plan, Path launcher) {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "date",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
            ZonedDateTime.now(Clock.systemUTC()).withNano(0)));
    facts.put(
        "machine",
        ProcFiles.line("/proc/cpuinfo", "model name")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " cores, "
            + ProcFiles.line("/proc/meminfo", "MemTotal")
            + " of memory; Linux "
            + ProcFiles.text("/proc/sys/kernel/osrelease")
            + "; load when it began "
            + ProcFiles.text("/proc/loadavg"));
    facts.put(
        "Sallyport",
        Program.run(List.of(launcher.toString(), "--version"), BOUND).strip().replace("\n", "; "));
    facts.put(
        "the control plane",
        "a process of its own, as shipped: default settings, embedded store, mutual TLS; on"
            + " 127.0.0.1");
    facts.put(
        "the agents",
        plan.agents()
            + " clients in one process of "
            + Runtime.getRuntime().maxMemory() / (1 << 20)
            + " MiB at most, Java "
            + System.getProperty("java.vm.version", "unknown")
            + ": real client, gRPC and TLS, a certificate and a connection for each; they share"
            + " threads and gRPC's event loops, read each service's text once for all, keep nothing"
            + " on disk, have no data path (everything serves as soon as it is taken), and think of"
            + " a report every "
            + plan.reports().toSeconds()
            + " s");
    facts.put(
        "the catalog",
        plan.services()
            + " services with "
            + plan.endpoints()
            + " endpoints each; "
            + (plan.zones() == 1
                ? "every agent has all of them"
                : "every agent has "
                    + plan.common()
                    + " of them, and those of its zone, one of "
                    + plan.zones()
                    + ": "
                    + plan.each()));
    facts.put("shared", "the control plane and all agents share the cores; traffic is in loopback");
    return facts;
  }

  private void least(String option, int value, int least) {
    if (value < least) {
      throw new ParameterException(
          commandLine(), option + " must be " + least + " or more: " + value);
    }
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("sallyport-fleet-");
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException fault) {
      System.err.println(directory + " could not be deleted: " + fault);
    }
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets this before it calls");
    }
    return spec.commandLine();
  }
}
