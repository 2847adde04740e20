package io.sallyport.distribution.cli;

import io.sallyport.control.server.ControlServer.Restored;
import io.sallyport.distribution.control.ControlProcess;
import io.sallyport.distribution.node.Surroundings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport control}: one replica of the control plane.
 *
 * @since 0.1
 */
@Command(
    name = "control",
    description = "Keep the catalog, and push to every node what is meant for it.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = ControlInitCommand.class,
    footer = {
      "",
      "Signals: TERM and INT send the agents away and stop in good order, a second one at once.",
      "Exit codes: 0 stopped in good order, 1 failed, 2 bad usage or settings."
    })
public final class ControlCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the control plane's settings, in HOCON; conf/control.conf shows them")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "one setting, over the file's, such as stop-over=30s; may be repeated")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--restored",
      description =
          "the store was restored from a backup: go on with what it holds, in a new epoch; once,"
              + " on one replica")
  private boolean restored;

  /** For picocli. */
  public ControlCommand() {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    CommandLine line = spec.commandLine();
    Path file = config;
    if (file == null) {
      throw new ParameterException(line, "--config is missing");
    }
    return Running.of(line, file, set, restored);
  }

  /** Apart, so that --help needs nothing of the control plane. */
  private static final class Running {
    private Running() {}

    static int of(CommandLine line, Path file, List<String> set, boolean restored) {
      ControlProcess process =
          new ControlProcess(
              Surroundings.ofThisProcess(),
              new FileOutputStream(FileDescriptor.out),
              line.getErr());
      return process.run(
          new ControlProcess.Request(
              file,
              set.stream().map(written -> RunCommand.setting(written, line)).toList(),
              restored ? Restored.YES : Restored.NO));
    }
  }
}
