package io.sallyport.benchmarks;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.contender.Haproxy;
import io.sallyport.benchmarks.contender.NoProxy;
import io.sallyport.benchmarks.contender.Sallyport;
import io.sallyport.benchmarks.measure.Bench;
import io.sallyport.benchmarks.measure.Measure;
import io.sallyport.benchmarks.measure.Plan;
import io.sallyport.benchmarks.measure.Tools;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code benchmarks/run}, once everything is there. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measure Sallyport, HAProxy (the seed's settings, and with splice-auto) and no proxy, side"
            + " by side, and write a report.")
public final class Benchmarks implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--quick", description = "two rounds of short measurements")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "these measures alone; --list names them")
  private List<String> only = List.of();

  @Option(names = "--list", description = "name the measures, and end")
  private boolean list;

  @Option(
      names = "--variants",
      description =
          "measure HAProxy that splices always, and Sallyport's other transports, as well")
  private boolean variants;

  @Option(names = "--rounds", paramLabel = "N", description = "how often each has its turn")
  private @Nullable Integer rounds;

  @Option(names = "--haproxy", paramLabel = "PATH", description = "another build of HAProxy")
  private @Nullable Path haproxy;

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
  public Benchmarks() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Benchmarks()).execute(arguments));
  }

  @Override
  public Integer call() {
    if (list) {
      PrintWriter output = commandLine().getOut();
      Measure.all().forEach(m -> output.println(m.chapter().id() + "  " + m.chapter().title()));
      output.flush();
      return 0;
    }
    Path repository = Path.of(System.getProperty("sallyport.repository", "."));
    Path launcher =
        sallyport != null
            ? sallyport.toAbsolutePath()
            : repository.resolve("distribution/target/sallyport/bin/sallyport");
    Path other = haproxy != null ? haproxy.toAbsolutePath() : Tools.found("haproxy");
    Plan plan = quick ? Plan.quick() : Plan.whole();
    if (rounds != null) {
      if (rounds < 1) {
        throw new ParameterException(commandLine(), "--rounds must be 1 or more: " + rounds);
      }
      plan = plan.withRounds(rounds);
    }
    List<Contender> contenders = new ArrayList<>();
    contenders.add(new NoProxy());
    contenders.add(new Haproxy(other, Haproxy.Splice.OFF, Haproxy.Master.NONE));
    contenders.add(new Haproxy(other, Haproxy.Splice.AUTO, Haproxy.Master.NONE));
    contenders.add(new Sallyport(launcher, Sallyport.AUTO));
    if (variants) {
      contenders.add(new Haproxy(other, Haproxy.Splice.ALWAYS, Haproxy.Master.NONE));
      contenders.add(new Sallyport(launcher, "io-uring"));
      contenders.add(new Sallyport(launcher, "nio"));
    }
    List<Measure> measures = chosen();
    Tools tools = Tools.installed();
    Facts facts = new Facts(Clock.systemUTC(), plan, other, tools.nginx(), launcher);
    Path directory =
        (out != null ? out : repository.resolve("benchmarks/target/report")).toAbsolutePath();
    CountDownLatch done = new CountDownLatch(1);
    try (Bench bench = Bench.open(plan, tools)) {
      Rounds all = new Rounds(bench, contenders, measures, System.err::println);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> abandon(all, done)));
      all.run(facts.all(), directory);
    } finally {
      done.countDown();
    }
    System.err.println("The report: " + directory.resolve("report.md"));
    return 0;
  }

  /** Nothing that was started outlives this process, also when it is interrupted. */
  private static void abandon(Rounds rounds, CountDownLatch done) {
    rounds.stop();
    // What waits for them fails then, and cleans up.
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      done.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }

  private List<Measure> chosen() {
    List<String> known = Measure.all().stream().map(measure -> measure.chapter().id()).toList();
    for (String name : only) {
      if (!known.contains(name)) {
        throw new ParameterException(
            commandLine(), "no measure \"" + name + "\"; there are " + String.join(", ", known));
      }
    }
    return Measure.all().stream()
        .filter(measure -> only.isEmpty() || only.contains(measure.chapter().id()))
        .toList();
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets this before it calls");
    }
    return spec.commandLine();
  }
}
