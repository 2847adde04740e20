package io.sallyport.distribution.demo;

import io.sallyport.api.plugin.Ticker;
import io.sallyport.distribution.hocon.Durations;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.engine.Strategies;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sallyport demo}: the whole thing on one machine, in loopback, without root. */
@Command(
    name = "demo",
    description = {
      "Shows the whole thing on this machine, in loopback, without root: requests by public name, "
          + "three zones that answer them, zones that fail and return, a catalog that changes.",
      "Exit code 0 when no request failed, else 1."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Supplier<Strategies> strategies;
  private final InstantSource clock;
  private final Ticker ticker;
  private final RandomGenerator random;

  @Spec private CommandSpec spec;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "How long it goes on, from 10s to 1h (default: ${DEFAULT-VALUE}).")
  private String time = "30s";

  @Option(
      names = "--plain",
      description = "Lines that follow each other instead of a picture; also with NO_COLOR set.")
  private boolean plain;

  /** Makes the command on this process's own plugins and clocks. */
  public DemoCommand() {
    this(
        () -> InstalledPlugins.load().strategies(),
        InstantSource.system(),
        System::nanoTime,
        new Random());
  }

  /**
   * Makes the command.
   *
   * @param strategies the plugins' strategies, asked for once the demo runs
   * @param ticker monotonic time
   */
  public DemoCommand(
      Supplier<Strategies> strategies, InstantSource clock, Ticker ticker, RandomGenerator random) {
    this.strategies = strategies;
    this.clock = clock;
    this.ticker = ticker;
    this.random = random;
    this.spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    Duration length = length();
    PrintWriter out = spec.commandLine().getOut();
    boolean live = !plain && isTerminal() && !isSet("NO_COLOR");
    try (DemoStage stage = DemoStage.set(strategies.get(), clock, ticker, random, length)) {
      return play(stage, live ? live(out) : new PlainScreen(out)) ? 0 : 1;
    } catch (DemoFailure failure) {
      spec.commandLine().getErr().println("sallyport demo: " + failure.getMessage());
      return 1;
    }
  }

  /** Whoever interrupts the demo gets the terminal back, and finds no files left. */
  private static boolean play(DemoStage stage, DemoScreen screen) {
    Thread interruption =
        Thread.ofPlatform()
            .unstarted(() -> {
              screen.close();
              stage.abandon();
            });
    Runtime.getRuntime().addShutdownHook(interruption);
    try (screen) {
      return stage.play(screen);
    } finally {
      Runtime.getRuntime().removeShutdownHook(interruption);
    }
  }

  /** A zone's bar is full when one of three zones gets twice its share. */
  private static LiveScreen live(PrintWriter out) {
    Charset charset =
        Charset.forName(
            System.getProperty("stdout.encoding", "US-ASCII"), StandardCharsets.US_ASCII);
    return new LiveScreen(out, Demo.PACE * 2L / 3, charset.newEncoder().canEncode('█'));
  }

  private Duration length() {
    Duration length =
        Durations.parse(time)
            .orElseThrow(() ->
                new ParameterException(
                    spec.commandLine(), "--for " + time + " is no duration; write 30s or 2m"));
    if (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--for "
              + time
              + " is "
              + (length.compareTo(SHORTEST) < 0 ? "too short for all that is shown" : "too long")
              + "; choose from "
              + Durations.text(SHORTEST)
              + " to "
              + Durations.text(LONGEST));
    }
    return length;
  }

  @SuppressWarnings("SystemConsoleNull") // It is null in a run-time image without jdk.internal.le.
  private static boolean isTerminal() {
    return System.console() != null
        && System.console().isTerminal()
        && !"dumb".equals(System.getenv("TERM"));
  }

  private static boolean isSet(String variable) {
    String value = System.getenv(variable);
    return value != null && !value.isEmpty();
  }
}
