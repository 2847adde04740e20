package io.sallyport.distribution.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport catalog history}: the changes of the catalog.
 *
 * @since 0.1
 */
@Command(
    name = "history",
    description = "List the changes of the catalog, newest first.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Exit codes: 0 done, 1 failed, 2 bad usage."})
public final class CatalogHistoryCommand implements Callable<Integer> {
  private final Supplier<CatalogTools> tools;

  @Spec private CommandSpec spec;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "20",
      description = "at most so many; default: ${DEFAULT-VALUE}")
  private int limit;

  @Mixin private ControlOptions control = new ControlOptions();

  /**
   * Makes the command.
   *
   * @param spec replaced by picocli when it sets the command up
   * @param tools reads and writes catalogs; asked for when there is one
   */
  public CatalogHistoryCommand(CommandSpec spec, Supplier<CatalogTools> tools) {
    this.spec = spec;
    this.tools = tools;
  }

  @Override
  public Integer call() {
    CommandLine line = spec.commandLine();
    Optional<ControlSettings> settings = control.settings(line);
    if (settings.isEmpty()) {
      return ControlOptions.refused();
    }
    CatalogTools with = tools.get();
    var views =
        new CatalogViews(
            settings.get(), Terminal.of(line, control.json()), with.reader(), with.writer());
    return views.history(limit);
  }
}
