package io.sallyport.distribution.cli;

import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.haproxy.HaproxyImporter;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.engine.Strategies;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Makes the commands that are given what they need. Picocli makes all of them at every start, so
 * they are given suppliers: {@code --version} looks for no plugins.
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
      return type.cast(new CatalogCommand(CommandSpec.create(), Commands::reader));
    }
    if (type == CatalogApplyCommand.class) {
      return type.cast(new CatalogApplyCommand(CommandSpec.create(), Commands::tools));
    }
    if (type == CatalogDiffCommand.class) {
      return type.cast(new CatalogDiffCommand(CommandSpec.create(), Commands::tools));
    }
    if (type == CatalogShowCommand.class) {
      return type.cast(new CatalogShowCommand(CommandSpec.create(), Commands::tools));
    }
    if (type == CatalogHistoryCommand.class) {
      return type.cast(new CatalogHistoryCommand(CommandSpec.create(), Commands::tools));
    }
    if (type == CatalogRollbackCommand.class) {
      return type.cast(new CatalogRollbackCommand(CommandSpec.create(), Commands::tools));
    }
    if (type == RolloutCommand.Start.class) {
      return type.cast(new RolloutCommand.Start(CommandSpec.create(), Commands::tools));
    }
    if (type == ImportCommand.class) {
      return type.cast(
          new ImportCommand(CommandSpec.create(), Commands::importer, Commands::writer));
    }
    if (type == DoctorCommand.class) {
      return type.cast(new DoctorCommand(CommandSpec.create(), Commands::reader));
    }
    return others.create(type);
  }

  private static CatalogTools tools() {
    Strategies plugins = strategies();
    return new CatalogTools(
        new CatalogReader(plugins.balancers(), plugins.healthChecks()),
        new CatalogWriter(plugins.balancers(), plugins.healthChecks()));
  }

  private static CatalogReader reader() {
    Strategies plugins = strategies();
    return new CatalogReader(plugins.balancers(), plugins.healthChecks());
  }

  private static CatalogWriter writer() {
    Strategies plugins = strategies();
    return new CatalogWriter(plugins.balancers(), plugins.healthChecks());
  }

  /** Those in use; what is wrong with others is said, for a catalog may want them. */
  private static Strategies strategies() {
    InstalledPlugins plugins = InstalledPlugins.load();
    plugins.faults().forEach(System.err::println);
    return plugins.strategies();
  }

  private static HaproxyImporter importer() {
    return new HaproxyImporter(
        reader().defaults(), name -> Optional.ofNullable(System.getenv(name)));
  }
}
