package io.sallyport.distribution.cli;

import io.sallyport.api.plugin.ApiVersion;
import io.sallyport.distribution.plugins.InstalledPlugin;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.distribution.plugins.PluginKey;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;

/** The plugins as people read them. */
final class PluginsTable {
  private static final String GAP = "  ";

  private final PrintWriter out;

  PluginsTable(PrintWriter out) {
    this.out = out;
  }

  void print(InstalledPlugins plugins) {
    List<InstalledPlugin> used = plugins.all().stream().filter(InstalledPlugin::inUse).toList();
    int kind = widest("KIND", used, InstalledPlugin::kind);
    int type = widest("TYPE", used, InstalledPlugin::type);
    int version = widest("VERSION", used, PluginsTable::version);
    out.println(padded("KIND", kind) + padded("TYPE", type) + padded("VERSION", version) + "FROM");
    for (InstalledPlugin plugin : used) {
      out.println(
          padded(plugin.kind(), kind)
              + padded(plugin.type(), type)
              + padded(version(plugin), version)
              + plugin.origin());
      for (PluginKey key : plugin.keys()) {
        out.println(
            " ".repeat(kind + GAP.length())
                + key.name()
                + (key.value().isEmpty() ? "" : ": " + key.value())
                + (key.usual().isEmpty() ? "" : " (" + key.usual() + ")"));
      }
    }
    List<String> faults = plugins.faults();
    if (!faults.isEmpty()) {
      out.println();
      out.println("Wrong (this is version " + ApiVersion.CURRENT + " of the API):");
      faults.forEach(fault -> out.println(GAP + fault));
    }
    if (!plugins.warnings().isEmpty()) {
      out.println();
      plugins.warnings().forEach(out::println);
    }
  }

  private static String version(InstalledPlugin plugin) {
    return plugin.version().isEmpty() ? "-" : plugin.version();
  }

  private static int widest(
      String title, List<InstalledPlugin> plugins, Function<InstalledPlugin, String> column) {
    return Math.max(
        title.length(),
        plugins.stream().mapToInt(plugin -> column.apply(plugin).length()).max().orElse(0));
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length()) + GAP;
  }
}
