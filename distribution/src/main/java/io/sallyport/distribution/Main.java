package io.sallyport.distribution;

import io.sallyport.distribution.cli.AgentCommand;
import io.sallyport.distribution.cli.CatalogCommand;
import io.sallyport.distribution.cli.Commands;
import io.sallyport.distribution.cli.ControlCommand;
import io.sallyport.distribution.cli.DoctorCommand;
import io.sallyport.distribution.cli.EndpointCommand;
import io.sallyport.distribution.cli.ImportCommand;
import io.sallyport.distribution.cli.NodesCommand;
import io.sallyport.distribution.cli.PluginsCommand;
import io.sallyport.distribution.cli.RolloutCommand;
import io.sallyport.distribution.cli.RunCommand;
import io.sallyport.distribution.cli.StatusCommand;
import io.sallyport.distribution.cli.VersionText;
import io.sallyport.distribution.demo.DemoCommand;
import io.sallyport.distribution.plugins.InstalledPlugins;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The launcher's command, {@code sallyport}. By itself it is bad usage: it wants a sub-command. */
@Command(
    name = "sallyport",
    description = "Public names, through this node's loopback, to healthy private endpoints.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = {
      RunCommand.class,
      AgentCommand.class,
      ControlCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
      EndpointCommand.class,
      CatalogCommand.class,
      NodesCommand.class,
      RolloutCommand.class,
      ImportCommand.class,
      PluginsCommand.class,
      DemoCommand.class
    },
    exitCodeOnExecutionException = 1)
final class Main implements Runnable {

  @Spec private CommandSpec spec;

  Main(CommandSpec spec) {
    this.spec = spec;
  }

  /** Runs the command line and exits: 0 done, 1 failed, 2 bad usage or bad input. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main(CommandSpec.create()), new Commands())
        .setExecutionExceptionHandler(Main::failed);
  }

  /** What the user can mend is told in a sentence; the rest is a fault of ours, told whole. */
  private static int failed(Exception fault, CommandLine command, ParseResult parsed)
      throws Exception {
    if (!(fault instanceof InstalledPlugins.PluginException)) {
      throw fault;
    }
    command.getErr().println("sallyport: " + fault.getMessage());
    return 1;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
