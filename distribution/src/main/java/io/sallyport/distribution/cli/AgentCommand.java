package io.sallyport.distribution.cli;

import io.sallyport.distribution.node.NodeProcess;
import io.sallyport.distribution.node.Surroundings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport agent}: a node joined to a control plane.
 *
 * @since 0.1
 */
@Command(
    name = "agent",
    description = "Serve what a control plane says is meant for this node, also while it is away.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Signals: TERM and INT stop in good order, a second one at once.",
      "Exit codes: 0 stopped in good order, 1 failed, 2 bad usage or settings."
    })
public final class AgentCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "the node's settings, with where the control plane is; default: conf/sallyport.conf of"
              + " the installation")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "one setting, over the file's, such as node.name=n1; may be repeated")
  private List<String> set = new ArrayList<>();

  /** For picocli. */
  public AgentCommand() {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    CommandLine line = spec.commandLine();
    NodeProcess process =
        new NodeProcess(
            Surroundings.ofThisProcess(),
            new FileOutputStream(FileDescriptor.out),
            line.getOut(),
            line.getErr());
    return process.run(
        new NodeProcess.Request(
            Optional.empty(),
            Optional.ofNullable(config),
            set.stream().map(written -> RunCommand.setting(written, line)).toList()));
  }
}
