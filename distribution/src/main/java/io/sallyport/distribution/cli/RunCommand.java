package io.sallyport.distribution.cli;

import io.sallyport.distribution.node.NodeProcess;
import io.sallyport.distribution.node.NodeSettingsReader.Setting;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport run}: a node on its own.
 *
 * @since 0.1
 */
@Command(
    name = "run",
    description = "Serve a catalog on this node, and follow its file as it changes.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "Signals: TERM and INT stop in good order, a second one at once; HUP reads the catalog"
          + " again.",
      "Exit codes: 0 stopped in good order, 1 failed, 2 bad usage, settings or catalog."
    })
public final class RunCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--catalog",
      required = true,
      paramLabel = "FILE",
      description = "the catalog, in HOCON; it is followed, with all that it includes")
  private @Nullable Path catalog;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the node's settings; default: conf/sallyport.conf of the installation")
  private @Nullable Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "one setting, over the file's, such as stop-drain=10s; may be repeated")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--admin",
      paramLabel = "ADDRESS:PORT",
      description = "where the admin port listens, or off (admin.address)")
  private @Nullable String admin;

  @Option(
      names = "--hosts-file",
      paramLabel = "FILE",
      description = "the hosts file to publish names in (injectors.hosts-file.path)")
  private @Nullable Path hostsFile;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "key-values, json or haproxy (log.format)")
  private @Nullable String logFormat;

  @Option(
      names = "--dry-run",
      description = "check everything, say what would be done on this node, and do nothing")
  private boolean dryRun;

  /** For picocli. */
  public RunCommand() {}

  @Override
  public Integer call() {
    CommandLine line = spec().commandLine();
    NodeProcess process =
        new NodeProcess(
            Surroundings.ofThisProcess(),
            new FileOutputStream(FileDescriptor.out),
            line.getOut(),
            line.getErr());
    Path file = catalog;
    if (file == null) {
      throw new ParameterException(line, "--catalog is missing");
    }
    NodeProcess.Request request =
        new NodeProcess.Request(Optional.of(file), Optional.ofNullable(config), settings());
    return dryRun ? process.dryRun(request) : process.run(request);
  }

  private List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (String written : set) {
      settings.add(setting(written, spec().commandLine()));
    }
    if (admin != null) {
      settings.add(new Setting("--admin " + admin, "admin.address", admin));
    }
    if (hostsFile != null) {
      String path = hostsFile.toAbsolutePath().normalize().toString();
      settings.add(new Setting("--hosts-file " + hostsFile, "injectors.hosts-file.path", path));
    }
    if (logFormat != null) {
      settings.add(new Setting("--log-format " + logFormat, "log.format", logFormat));
    }
    return settings;
  }

  static Setting setting(String written, CommandLine line) {
    return Setting.of(written)
        .orElseThrow(() ->
            new ParameterException(
                line, "--set " + written + ": write KEY=VALUE, such as --set stop-drain=10s"));
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    return spec;
  }
}
