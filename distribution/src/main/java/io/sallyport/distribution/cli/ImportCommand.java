package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.haproxy.HaproxyImporter;
import io.sallyport.distribution.haproxy.ImportResult;
import io.sallyport.distribution.haproxy.Note;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport import …}: catalogs from what other programs are configured with.
 *
 * @since 0.1
 */
@Command(
    name = "import",
    description = "Makes a catalog from another program's configuration.",
    mixinStandardHelpOptions = true)
public final class ImportCommand implements Runnable {
  private final Supplier<HaproxyImporter> importer;
  private final Supplier<CatalogWriter> writer;

  @Spec private CommandSpec spec;

  /**
   * Makes the command.
   *
   * @param spec replaced by picocli when it sets the command up
   * @param importer reads HAProxy's configuration; asked for when there is one to read
   * @param writer writes the catalog; asked for when there is one
   */
  public ImportCommand(
      CommandSpec spec, Supplier<HaproxyImporter> importer, Supplier<CatalogWriter> writer) {
    this.spec = spec;
    this.importer = importer;
    this.writer = writer;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing, such as haproxy");
  }

  /** Imports; 0 when there is a catalog, 1 when it cannot be written, 2 when there is none. */
  @Command(
      name = "haproxy",
      description = {
        "Makes a catalog from the TCP frontends, backends and listens of an HAProxy configuration.",
        "What it could not carry over is listed on standard error, with its lines."
      },
      mixinStandardHelpOptions = true)
  int haproxy(
      @Parameters(paramLabel = "FILE", description = "HAProxy's configuration.") Path file,
      @Option(
              names = "--hosts",
              paramLabel = "FILE",
              description = "A hosts file that holds the public names of the addresses.")
          @Nullable Path hosts,
      @Option(
              names = "--output",
              paramLabel = "FILE",
              description = "Where the catalog goes; by default, standard output.")
          @Nullable Path output,
      @Option(names = "--verbose", description = "Lists what needs no attention, too.")
          boolean verbose,
      @Option(
              names = "--json",
              description = "Tells catalog, notes and problems in JSON, on standard output.")
          boolean json) {
    ImportResult result = importer.get().read(file, Optional.ofNullable(hosts));
    return switch (result) {
      case ImportResult.Imported(Catalog catalog, List<Note> notes) -> {
        String text = writer.get().text(catalog, head(file, hosts));
        boolean written = write(output, text);
        tell(json, verbose, output == null ? text : "", List.of(), notes);
        yield written ? 0 : 1;
      }
      case ImportResult.Refused(List<Problem> problems, List<Note> notes) -> {
        tell(json, verbose, "", problems, notes);
        yield 2;
      }
    };
  }

  private static List<String> head(Path file, @Nullable Path hosts) {
    List<String> head = new ArrayList<>();
    head.add("Imported from " + shown(file) + (hosts == null ? "." : " and " + shown(hosts) + "."));
    head.add("Check it with: sallyport catalog validate FILE");
    return head;
  }

  /** A path in one line of comment. */
  private static String shown(Path path) {
    return path.toString().replaceAll("\\p{Cntrl}", "?");
  }

  private boolean write(@Nullable Path output, String text) {
    if (output == null) {
      return true;
    }
    try {
      Files.writeString(output, text);
      return true;
    } catch (IOException failed) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(output + ": cannot be written: " + failed);
      err.flush();
      return false;
    }
  }

  private void tell(
      boolean json, boolean verbose, String catalog, List<Problem> problems, List<Note> notes) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (json) {
      out.println(
          JsonText.object(
              "imported", problems.isEmpty(),
              "catalog", catalog,
              "notes", notes.stream().map(ImportCommand::json).toList(),
              "problems", problems.stream().map(ProblemText::json).toList()));
      out.flush();
      return;
    }
    notes.stream()
        .filter(note -> verbose || note.warning())
        .forEach(note -> err.println(note.line()));
    long quiet = notes.stream().filter(note -> !note.warning()).count();
    if (!verbose && quiet > 0) {
      err.println(quiet + " lines need no attention; --verbose says why");
    }
    problems.forEach(problem -> err.println(problem.text()));
    if (!problems.isEmpty()) {
      err.println(ProblemText.summary(problems));
    }
    err.flush();
    out.print(catalog);
    out.flush();
  }

  private static Map<String, Object> json(Note note) {
    return JsonText.members(
        "kind", note.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        "file", note.origin().source(),
        "line", note.origin().line(),
        "text", note.text());
  }
}
