package io.sallyport.distribution.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport control init}: a small authority, the first certificates, and files to start
 * from.
 *
 * @since 0.1
 */
@Command(
    name = "init",
    description = {
      "Make a small certificate authority and the first certificates, for a trial.",
      "",
      "Run it again with other nodes and operators to issue more; what is there stays."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Exit codes: 0 done, 1 failed, 2 bad usage."})
public final class ControlInitCommand implements Callable<Integer> {
  private static final List<String> ROLES = List.of("viewer", "editor", "admin");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,199}");

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--directory",
      required = true,
      paramLabel = "DIRECTORY",
      description = "where everything goes; its keys are for their owner alone")
  private @Nullable Path directory;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "a name or an address that agents and operators reach the control plane under; may be"
              + " repeated; default: 127.0.0.1")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9430",
      description = "the port of the control plane; default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "a node that shall have a certificate; may be repeated")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--operator",
      paramLabel = "NAME:ROLE",
      description =
          "an operator that shall have a certificate, as viewer, editor or admin; may be repeated;"
              + " default: operator:admin")
  private List<String> operators = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      defaultValue = "365",
      description = "how long the certificates are valid; default: ${DEFAULT-VALUE}")
  private int days;

  /** For picocli. */
  public ControlInitCommand() {}

  @Override
  public Integer call() {
    if (spec == null || directory == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    CommandLine line = spec.commandLine();
    List<TrialFiles.Operator> parsed =
        (operators.isEmpty() ? List.of("operator:admin") : operators)
            .stream().map(text -> operator(line, text)).toList();
    for (String name : nodes) {
      named(line, "--node " + name, name);
    }
    if (days < 1) {
      throw new ParameterException(line, "--days " + days + ": use 1 or more");
    }
    TrialFiles files =
        new TrialFiles(
            directory.toAbsolutePath().normalize(),
            hosts.isEmpty() ? List.of("127.0.0.1") : hosts,
            port,
            Duration.ofDays(days));
    return files.write(nodes, parsed, line.getOut(), line.getErr()) ? 0 : 1;
  }

  private static TrialFiles.Operator operator(CommandLine line, String text) {
    int colon = text.lastIndexOf(':');
    String role = text.substring(colon + 1);
    if (colon < 1 || !ROLES.contains(role)) {
      throw new ParameterException(
          line, "--operator " + text + ": write NAME:ROLE, with the role viewer, editor or admin");
    }
    String name = text.substring(0, colon);
    named(line, "--operator " + text, name);
    return new TrialFiles.Operator(name, role);
  }

  private static void named(CommandLine line, String option, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new ParameterException(
          line, option + ": a name has letters, digits and ._@- between them, at most 200");
    }
  }
}
