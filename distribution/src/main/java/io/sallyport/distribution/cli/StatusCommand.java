package io.sallyport.distribution.cli;

import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.status.AgentStatus;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "print the agent's answer as it is, in JSON")
  private boolean json;

  @Option(names = "--check", description = "exit with 1 if anything is wrong")
  private boolean check;

  @Mixin private AdminPort port = new AdminPort();

  /** For picocli. */
  public StatusCommand() {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    CommandLine line = spec.commandLine();
    return switch (port.find(line)) {
      case AdminPort.Found.Nowhere(int exitCode) -> exitCode;
      case AdminPort.Found.At(AdminClient agent) -> ask(agent, line);
    };
  }

  private int ask(AdminClient agent, CommandLine line) {
    PrintWriter err = line.getErr();
    return switch (agent.get("/status")) {
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
}
