package io.sallyport.distribution.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport nodes}: the fleet, one node of it, or the fleet as it changes.
 *
 * @since 0.1
 */
@Command(
    name = "nodes",
    description = "Show the nodes of a control plane: what they accepted, and what truly serves.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = NodesCommand.Watch.class,
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, or something is wrong and --check was given, 2 bad usage."
    })
public final class NodesCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "one node, with its services; default: all of them")
  private @Nullable String name;

  @Option(
      names = "--check",
      description = "exit with 1 if a node has left, is behind, or has a problem")
  private boolean check;

  @Mixin private ControlOptions control = new ControlOptions();

  /** For picocli. */
  public NodesCommand() {}

  @Override
  public Integer call() {
    CommandLine line = line(spec);
    Optional<ControlSettings> settings = control.settings(line);
    if (settings.isEmpty()) {
      return ControlOptions.refused();
    }
    var actions = new NodeActions(settings.get(), Terminal.of(line, control.json()));
    return name == null ? actions.list(check) : actions.one(name, check);
  }

  private static CommandLine line(@Nullable CommandSpec spec) {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    return spec.commandLine();
  }

  /** {@code sallyport nodes watch}. */
  @Command(
      name = "watch",
      description = "Follow the nodes: a table that changes on a terminal, a line each otherwise.",
      mixinStandardHelpOptions = true,
      versionProvider = VersionText.class)
  public static final class Watch implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private ControlOptions control = new ControlOptions();

    /** For picocli. */
    public Watch() {}

    @Override
    public Integer call() {
      CommandLine line = line(spec);
      Optional<ControlSettings> settings = control.settings(line);
      if (settings.isEmpty()) {
        return ControlOptions.refused();
      }
      return new NodeActions(settings.get(), Terminal.of(line, control.json())).watch();
    }
  }
}
