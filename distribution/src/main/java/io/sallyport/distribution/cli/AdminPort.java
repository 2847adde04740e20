package io.sallyport.distribution.cli;

import io.sallyport.api.config.Problems;
import io.sallyport.distribution.node.NodeSettingsReader;
import io.sallyport.distribution.node.SocketAddresses;
import io.sallyport.distribution.node.Surroundings;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The options that say where an agent's admin port is.
 *
 * @since 0.1
 */
public final class AdminPort {
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
  public AdminPort() {}

  /** Where an agent is to be asked, or the exit code of a command that cannot know. */
  sealed interface Found {
    /** There. */
    record At(AdminClient client) implements Found {}

    /** Nowhere; the reason has been told. */
    record Nowhere(int exitCode) implements Found {}
  }

  /** The settings file that the user has named. */
  Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /** Finds out, and tells what is wrong. */
  Found find(CommandLine line) {
    PrintWriter err = line.getErr();
    Problems problems = new Problems();
    Optional<InetSocketAddress> address = address(line, problems);
    if (problems.refuse()) {
      problems.all().forEach(problem -> err.println(problem.text()));
      err.println("sallyport: the settings were refused");
      return new Found.Nowhere(2);
    }
    if (address.isEmpty()) {
      err.println(
          "sallyport: the admin port is off in the settings; name another one with --admin"
              + " ADDRESS:PORT");
      return new Found.Nowhere(1);
    }
    return new Found.At(new AdminClient(address.get()));
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
