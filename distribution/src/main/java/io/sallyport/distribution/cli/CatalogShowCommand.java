package io.sallyport.distribution.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport catalog show}: the catalog at a revision.
 *
 * @since 0.1
 */
@Command(
    name = "show",
    description = "Show the catalog at a revision, as text that run and apply can read.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {"", "Exit codes: 0 done, 1 failed, 2 bad usage."})
public final class CatalogShowCommand implements Callable<Integer> {
  private final Supplier<CatalogTools> tools;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "REVISION",
      arity = "0..1",
      description = "such as 1764000000.12, or 12; default: the newest")
  private @Nullable String revision;

  @Mixin private ControlOptions control = new ControlOptions();

  /**
   * Makes the command.
   *
   * @param spec replaced by picocli when it sets the command up
   * @param tools reads and writes catalogs; asked for when there is one
   */
  public CatalogShowCommand(CommandSpec spec, Supplier<CatalogTools> tools) {
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
    return views.show(Optional.ofNullable(revision));
  }
}
