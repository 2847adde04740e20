package io.sallyport.distribution.cli;

import io.sallyport.api.plugin.ApiVersion;
import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.plugins.InstalledPlugin;
import io.sallyport.distribution.plugins.InstalledPlugins;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sallyport plugins}: which strategies there are, where they come from, and what they can be
 * told.
 *
 * @since 0.1
 */
@Command(
    name = "plugins",
    description = "List the plugins, where they come from and what they can be told.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    footer = {
      "",
      "A plugin is a jar, or a folder of jars, in the plugins folder of the installation.",
      "Exit codes: 0 all are in use, 1 something is wrong with one."
    })
public final class PluginsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "print JSON")
  private boolean json;

  /** For picocli. */
  public PluginsCommand() {}

  /** What is printed as JSON. */
  public record Listing(
      String api, List<InstalledPlugin> plugins, List<String> faults, List<String> warnings) {}

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not filled this command");
    }
    PrintWriter out = spec.commandLine().getOut();
    InstalledPlugins plugins = InstalledPlugins.load();
    if (json) {
      out.println(
          RecordJson.text(
              new Listing(
                  ApiVersion.CURRENT.toString(),
                  plugins.all(),
                  plugins.faults(),
                  plugins.warnings())));
    } else {
      new PluginsTable(out).print(plugins);
    }
    out.flush();
    return plugins.faults().isEmpty() ? 0 : 1;
  }
}
