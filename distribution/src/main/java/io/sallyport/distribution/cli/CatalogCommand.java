package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport catalog …}: what can be done with a catalog's file without running it, and with
 * the catalog of a control plane.
 *
 * @since 0.1
 */
@Command(
    name = "catalog",
    description = "Looks at catalogs, and at the control plane's.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CatalogApplyCommand.class,
      CatalogDiffCommand.class,
      CatalogShowCommand.class,
      CatalogHistoryCommand.class,
      CatalogRollbackCommand.class
    })
public final class CatalogCommand implements Runnable {
  private final Supplier<CatalogReader> reader;

  @Spec private CommandSpec spec;

  /**
   * Makes the command.
   *
   * @param spec replaced by picocli when it sets the command up
   * @param reader reads the catalogs; asked for when there is one to read
   */
  public CatalogCommand(CommandSpec spec, Supplier<CatalogReader> reader) {
    this.spec = spec;
    this.reader = reader;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing, such as validate");
  }

  /** Checks a catalog; 0 when it may be used, 2 when it is refused. */
  @Command(
      name = "validate",
      description = "Checks a catalog and tells everything that is wrong with it.",
      mixinStandardHelpOptions = true)
  int validate(
      @Parameters(paramLabel = "FILE", description = "The catalog, in HOCON.") Path file,
      @Option(names = "--json", description = "Tells it in JSON, on standard output.")
          boolean json) {
    return switch (reader.get().read(file, Revision.NONE)) {
      case CatalogResult.Read(Catalog catalog, List<Problem> warnings, var files) -> {
        tell(json, catalog, warnings);
        yield 0;
      }
      case CatalogResult.Refused(List<Problem> problems, var files) -> {
        tell(json, Catalog.EMPTY, problems);
        yield 2;
      }
    };
  }

  private void tell(boolean json, Catalog catalog, List<Problem> problems) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    boolean refused = problems.stream().anyMatch(ProblemText::isError);
    int ports = catalog.services().stream().mapToInt(service -> service.ports().size()).sum();
    if (json) {
      out.println(
          JsonText.object(
              "valid",
              !refused,
              "services",
              catalog.services().size(),
              "ports",
              ports,
              "problems",
              problems.stream().map(ProblemText::json).toList()));
      out.flush();
      return;
    }
    problems.forEach(problem -> err.println(problem.text()));
    if (refused) {
      err.println(ProblemText.summary(problems));
    } else {
      out.println(
          "valid: "
              + counted(catalog.services().size(), "service")
              + ", "
              + counted(ports, "port"));
    }
    out.flush();
    err.flush();
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
