package io.sallyport.distribution.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport catalog apply}: makes the catalog what a file says, after it has shown what that
 * changes.
 *
 * @since 0.1
 */
@Command(
    name = "apply",
    description = "Make the control plane's catalog what a file says.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Exit codes: 0 done, 1 refused, in conflict or failed, 2 bad usage or a bad catalog."
    })
public final class CatalogApplyCommand implements Callable<Integer> {
  private final Supplier<CatalogTools> tools;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "the catalog, in HOCON")
  private Path file = Path.of("");

  @Option(names = "--partial", description = "leave services alone that the file does not name")
  private boolean partial;

  @Mixin private ApplyOptions apply = new ApplyOptions();

  @Mixin private ControlOptions control = new ControlOptions();

  /**
   * Makes the command.
   *
   * @param spec replaced by picocli when it sets the command up
   * @param tools reads and writes catalogs; asked for when there is one
   */
  public CatalogApplyCommand(CommandSpec spec, Supplier<CatalogTools> tools) {
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
    var actions =
        new CatalogActions(
            settings.get(), Terminal.of(line, control.json()), with.reader(), with.writer());
    return actions.apply(apply.wishes(file, partial));
  }
}
