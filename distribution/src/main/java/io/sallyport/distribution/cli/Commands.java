package io.sallyport.distribution.cli;

import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.haproxy.HaproxyImporter;
import io.sallyport.distribution.node.InstalledPlugins;
import io.sallyport.engine.Strategies;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Makes the commands that are given what they need. Each is made only when it is used, so that
 * {@code --version} looks for no plugins.
 *
 * @since 0.1
 */
public final class Commands implements IFactory {
  private final IFactory others = CommandLine.defaultFactory();

  /** Makes a factory that has not made anything. */
  public Commands() {}

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == CatalogCommand.class) {
      return type.cast(new CatalogCommand(CommandSpec.create(), reader(InstalledPlugins.load())));
    }
    if (type == ImportCommand.class) {
      Strategies plugins = InstalledPlugins.load();
      return type.cast(
          new ImportCommand(
              CommandSpec.create(),
              new HaproxyImporter(
                  reader(plugins).defaults(), name -> Optional.ofNullable(System.getenv(name))),
              new CatalogWriter(plugins.balancers(), plugins.healthChecks())));
    }
    return others.create(type);
  }

  private static CatalogReader reader(Strategies plugins) {
    return new CatalogReader(plugins.balancers(), plugins.healthChecks());
  }
}
