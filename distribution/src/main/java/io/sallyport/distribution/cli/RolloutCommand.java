package io.sallyport.distribution.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport rollout …}: changes that go out in stages, and come back by themselves.
 *
 * @since 0.1
 */
@Command(
    name = "rollout",
    description = "Roll a catalog out in stages, and back when something goes wrong.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = RolloutCommand.Start.class)
public final class RolloutCommand implements Runnable {
  private static final String ID = "ROLLOUT";
  private static final String WHICH = "its id; default: the one under way, or the last one";

  @Spec private @Nullable CommandSpec spec;

  /** For picocli. */
  public RolloutCommand() {}

  @Override
  public void run() {
    throw new ParameterException(line(), "a command is missing, such as status");
  }

  /** The rollout as it is. */
  @Command(
      name = "status",
      description = "Show the rollout under way, or the last one.",
      mixinStandardHelpOptions = true)
  int status(
      @Parameters(paramLabel = ID, arity = "0..1", description = WHICH) @Nullable String id,
      @Mixin ControlOptions control) {
    Optional<ControlSettings> settings = control.settings(line());
    return settings.isEmpty()
        ? ControlOptions.refused()
        : new RolloutActions(settings.get(), Terminal.of(line(), control.json()))
            .status(id == null ? "" : id);
  }

  /** The rollout as it goes on. */
  @Command(
      name = "watch",
      description = "Follow a rollout to its end; exit with 1 unless it completes.",
      mixinStandardHelpOptions = true)
  int watch(
      @Parameters(paramLabel = ID, arity = "0..1", description = WHICH) @Nullable String id,
      @Mixin ControlOptions control) {
    Optional<ControlSettings> settings = control.settings(line());
    return settings.isEmpty()
        ? ControlOptions.refused()
        : new RolloutActions(settings.get(), Terminal.of(line(), control.json()))
            .watch(id == null ? "" : id);
  }

  /** Stops it for now. */
  @Command(
      name = "pause",
      description = "Stop a rollout for now: it neither goes on nor rolls back by itself.",
      mixinStandardHelpOptions = true)
  int pause(
      @Parameters(paramLabel = ID, arity = "0..1", description = WHICH) @Nullable String id,
      @Mixin ControlOptions control) {
    return order(id, control, "pause");
  }

  /** Lets it go on. */
  @Command(
      name = "resume",
      description = "Let a rollout go on that was paused, or has halted.",
      mixinStandardHelpOptions = true)
  int resume(
      @Parameters(paramLabel = ID, arity = "0..1", description = WHICH) @Nullable String id,
      @Mixin ControlOptions control) {
    return order(id, control, "resume");
  }

  /** Ends it and rolls back. */
  @Command(
      name = "abort",
      description = "End a rollout, and make what was before the newest revision.",
      mixinStandardHelpOptions = true)
  int abort(
      @Parameters(paramLabel = ID, arity = "0..1", description = WHICH) @Nullable String id,
      @Mixin ControlOptions control) {
    return order(id, control, "abort");
  }

  private int order(@Nullable String id, ControlOptions control, String order) {
    Optional<ControlSettings> settings = control.settings(line());
    return settings.isEmpty()
        ? ControlOptions.refused()
        : new RolloutActions(settings.get(), Terminal.of(line(), control.json()))
            .order(id == null ? "" : id, order);
  }

  private CommandLine line() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    return spec.commandLine();
  }

  /** {@code sallyport rollout start}. */
  @Command(
      name = "start",
      description = "Roll out what a file says, stage by stage.",
      mixinStandardHelpOptions = true,
      versionProvider = VersionText.class,
      footer = {
        "",
        "Stages: 5%%,25%%,100%%   zone=z1,zone=z2   label=tier=canary,50%%   node=n1+node=n2",
        "A comma ends a stage; + joins what must hold together. The whole fleet comes last anyway.",
        "Exit codes: 0 done, 1 refused, in conflict or failed, 2 bad usage or a bad catalog."
      })
  public static final class Start implements Callable<Integer> {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,7})(ms|s|m|h)");

    private final Supplier<CatalogTools> tools;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the catalog, in HOCON")
    private Path file = Path.of("");

    @Option(names = "--partial", description = "leave services alone that the file does not name")
    private boolean partial;

    @Option(
        names = "--stages",
        paramLabel = "STAGES",
        required = true,
        description = "which nodes, one stage after the other")
    private String stages = "";

    @Option(
        names = "--quiet",
        paramLabel = "TIME",
        defaultValue = "30s",
        description = "how long nothing may go wrong in a stage; default: ${DEFAULT-VALUE}")
    private String quiet = "";

    @Option(
        names = "--patience",
        paramLabel = "TIME",
        defaultValue = "2m",
        description = "how long a stage's nodes have; default: ${DEFAULT-VALUE}")
    private String patience = "";

    @Option(
        names = "--tolerated-nodes",
        paramLabel = "NUMBER",
        defaultValue = "1",
        description = "halt when so many nodes are in trouble; default: ${DEFAULT-VALUE}")
    private int toleratedNodes;

    @Option(
        names = "--tolerated-failed-sessions",
        paramLabel = "NUMBER",
        defaultValue = "1",
        description =
            "halt when so many more than usual fail, per node and minute; default:"
                + " ${DEFAULT-VALUE}")
    private double toleratedFailed;

    @Option(names = "--keep-on-halt", description = "halt only, and do not roll back")
    private boolean keep;

    @Option(names = "--watch", description = "follow it to its end")
    private boolean watch;

    @Mixin private ApplyOptions apply = new ApplyOptions();

    @Mixin private ControlOptions control = new ControlOptions();

    /**
     * Makes the command.
     *
     * @param spec replaced by picocli when it sets the command up
     * @param tools reads and writes catalogs; asked for when there is one
     */
    public Start(CommandSpec spec, Supplier<CatalogTools> tools) {
      this.spec = spec;
      this.tools = tools;
    }

    @Override
    public Integer call() {
      CommandLine line = spec.commandLine();
      List<String> wrong = new ArrayList<>();
      RolloutWishes wishes =
          new RolloutWishes(
              StageWords.parse(stages, wrong),
              duration("--quiet", quiet, wrong),
              duration("--patience", patience, wrong),
              toleratedNodes,
              toleratedFailed,
              keep,
              watch);
      if (!wrong.isEmpty()) {
        throw new ParameterException(line, String.join(System.lineSeparator(), wrong));
      }
      Optional<ControlSettings> settings = control.settings(line);
      if (settings.isEmpty()) {
        return ControlOptions.refused();
      }
      CatalogTools with = tools.get();
      Terminal terminal = Terminal.of(line, control.json());
      return new CatalogActions(settings.get(), terminal, with.reader(), with.writer())
          .rollOut(apply.wishes(file, partial), wishes);
    }

    private static Duration duration(String option, String text, List<String> wrong) {
      Matcher matcher = DURATION.matcher(text);
      if (!matcher.matches()) {
        wrong.add(option + " " + text + ": write a time with its unit, such as 30s or 2m");
        return Duration.ZERO;
      }
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        default -> Duration.ofHours(number);
      };
    }
  }
}
