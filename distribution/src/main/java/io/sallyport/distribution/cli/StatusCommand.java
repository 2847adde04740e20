package io.sallyport.distribution.cli;

import io.sallyport.api.config.Problems;
import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.node.NodeSettingsReader;
import io.sallyport.distribution.node.SocketAddresses;
import io.sallyport.distribution.node.Surroundings;
import io.sallyport.distribution.status.AgentStatus;
import java.io.Console;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport status}: what an agent on this machine serves, and what is wrong.
 *
 * @since 0.1
 */
@Command(
    name = "status",
    description = "Show what the agent on this machine serves, and what is wrong.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Exit codes: 0 the agent has answered, 1 it has not, or something is wrong and",
      "--check was given, 2 bad usage or settings."
    })
public final class StatusCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "print the agent's answer as it is, in JSON")
  private boolean json;

  @Option(names = "--check", description = "exit with 1 if anything is wrong")
  private boolean check;

  @Option(
      names = "--admin",
      paramLabel = "ADDRESS:PORT",
      description = "the agent's admin port; default: admin.address of the settings")
  private @Nullable String admin;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the node's settings; default: conf/sallyport.conf of the installation")
  private @Nullable Path config;

  /** For picocli. */
  public StatusCommand() {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    CommandLine line = spec.commandLine();
    PrintWriter err = line.getErr();
    Problems problems = new Problems();
    Optional<InetSocketAddress> address = address(line, problems);
    if (problems.refuse()) {
      problems.all().forEach(problem -> err.println(problem.text()));
      err.println("sallyport: the settings were refused");
      return BAD_INPUT;
    }
    if (address.isEmpty()) {
      err.println(
          "sallyport: the admin port is off in the settings; name another one with --admin"
              + " ADDRESS:PORT");
      return FAILED;
    }
    return switch (new AdminClient(address.get()).get("/status")) {
      case AdminClient.Answer.None none -> {
        err.println("sallyport: " + none.reason());
        yield FAILED;
      }
      case AdminClient.Answer.Page page -> shown(page.body(), line.getOut(), err);
    };
  }

  private int shown(String body, PrintWriter out, PrintWriter err) {
    AgentStatus status;
    try {
      status = RecordJson.read(body, AgentStatus.class);
    } catch (IllegalArgumentException other) {
      err.println("sallyport: what answers there is no agent: " + other.getMessage());
      return FAILED;
    }
    if (json) {
      out.print(body);
    } else {
      Map<String, String> environment = System.getenv();
      boolean terminal =
          Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
      out.print(StatusTable.of(status, Paint.of(terminal, environment)));
    }
    out.flush();
    return check && !status.wrong().isEmpty() ? FAILED : DONE;
  }

  private Optional<InetSocketAddress> address(CommandLine line, Problems problems) {
    if (admin == null) {
      return new NodeSettingsReader(Map.of(), Surroundings.ofThisProcess())
          .admin(Optional.ofNullable(config), problems);
    }
    Optional<InetSocketAddress> address = SocketAddresses.parse(admin);
    if (address.isEmpty()) {
      throw new ParameterException(
          line, "--admin " + admin + ": write an address and a port, such as 127.0.0.1:9420");
    }
    return address;
  }
}
