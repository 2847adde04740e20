package io.sallyport.distribution.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport catalog diff}: what a file would change, or what lies between two revisions.
 *
 * @since 0.1
 */
@Command(
    name = "diff",
    description = "Show what a file would change, or what lies between two revisions.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Exit codes: 0 done, 1 refused, in conflict or failed, 2 bad usage or a bad catalog."
    })
public final class CatalogDiffCommand implements Callable<Integer> {
  private final Supplier<CatalogTools> tools;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|REVISION",
      arity = "1..2",
      description = {
        "a catalog's file, compared with the newest revision; or a revision such as",
        "1764000000.12, or 12, compared with another one or the newest. A file with such",
        "a name is ./12"
      })
  private List<String> what = List.of();

  @Option(names = "--partial", description = "services that the file does not name would stay")
  private boolean partial;

  @Mixin private ControlOptions control = new ControlOptions();

  /**
   * Makes the command.
   *
   * @param spec replaced by picocli when it sets the command up
   * @param tools reads and writes catalogs; asked for when there is one
   */
  public CatalogDiffCommand(CommandSpec spec, Supplier<CatalogTools> tools) {
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
    Terminal terminal = Terminal.of(line, control.json());
    String first = what.getFirst();
    if (ControlSession.isRevision(first)) {
      return new CatalogViews(settings.get(), terminal, with.reader(), with.writer())
          .diff(first, what.size() > 1 ? Optional.of(what.get(1)) : Optional.empty());
    }
    if (what.size() > 1) {
      throw new ParameterException(
          line, "a file is compared with the newest revision: leave " + what.get(1) + " out");
    }
    return new CatalogActions(settings.get(), terminal, with.reader(), with.writer())
        .diff(Path.of(first), partial);
  }
}
