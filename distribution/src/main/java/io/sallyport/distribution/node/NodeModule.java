package io.sallyport.distribution.node;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.Stage;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogSourceContext;
import io.sallyport.api.source.CatalogSourceFactory;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.catalog.ServiceLanguage;
import io.sallyport.distribution.log.EngineEventLog;
import io.sallyport.distribution.log.Logging;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.distribution.status.AgentVersion;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.event.EngineEvents;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.LoggerFactory;

/**
 * What a node is made of. Everything is bound here, once, and nothing is found by guessing.
 *
 * @since 0.1
 */
public final class NodeModule extends AbstractModule {
  private final NodeSettings settings;
  private final Optional<Path> catalog;
  private final Map<String, CatalogSourceFactory<?>> sources;
  private final InstalledPlugins plugins;
  private final Strategies strategies;
  private final Logging logging;

  private NodeModule(
      NodeSettings settings,
      Optional<Path> catalog,
      Map<String, CatalogSourceFactory<?>> sources,
      InstalledPlugins plugins,
      Logging logging) {
    this.settings = settings;
    this.catalog = catalog;
    this.sources = sources;
    this.plugins = plugins;
    this.strategies = plugins.strategies();
    this.logging = logging;
  }

  /**
   * Puts a node together that follows a file.
   *
   * @param catalog the catalog's file, absolute
   */
  public static Node node(
      NodeSettings settings, Path catalog, InstalledPlugins plugins, Logging logging) {
    return new NodeModule(settings, Optional.of(catalog), Map.of(), plugins, logging).node();
  }

  /**
   * Puts a node together whose catalog comes from the source that its settings name.
   *
   * @param sources at least that one, by their types
   */
  public static Node agent(
      NodeSettings settings,
      Map<String, CatalogSourceFactory<?>> sources,
      InstalledPlugins plugins,
      Logging logging) {
    return new NodeModule(settings, Optional.empty(), sources, plugins, logging).node();
  }

  private Node node() {
    return Guice.createInjector(Stage.PRODUCTION, this).getInstance(Node.class);
  }

  @Override
  protected void configure() {
    binder().requireExplicitBindings();
    binder().requireAtInjectOnConstructors();
    binder().requireExactBindingAnnotations();
    binder().disableCircularProxies();
    bind(NodeSettings.class).toInstance(settings);
    bind(InstalledPlugins.class).toInstance(plugins);
    bind(InstantSource.class).toInstance(InstantSource.system());
    // Several threads draw from it, so it must be one that allows that.
    bind(RandomGenerator.class).toInstance(new Random());
    bind(AgentVersion.class).toInstance(AgentVersion.ofThisModule());
    bind(Node.class).in(Singleton.class);
  }

  @Provides
  @Singleton
  MetricRegistry metrics() {
    MetricRegistry metrics = new MetricRegistry();
    Gauge<Long> dropped = logging::dropped;
    metrics.register("log_lines_dropped_total", dropped);
    int refused = plugins.faults().size();
    Gauge<Integer> refusedPlugins = () -> refused;
    metrics.register("plugins_refused", refusedPlugins);
    return metrics;
  }

  @Provides
  @Singleton
  EngineEvents events() {
    return new Sweeping(
        new EngineEventLog(
            LoggerFactory.getILoggerFactory(), settings.log(), ZoneId.systemDefault()),
        System::gc);
  }

  @Provides
  @Singleton
  NodeCatalog catalog(
      MetricRegistry metrics, InstantSource clock, RandomGenerator random, AgentVersion version) {
    return catalog.isPresent()
        ? new FileCatalog(follower(catalog.get(), metrics, clock), settings.identity())
        : new SourcedCatalog(effect -> source(effect, clock, random, version), metrics);
  }

  private CatalogSource source(
      Supplier<CompletableFuture<NodeEffect>> effect,
      InstantSource clock,
      RandomGenerator random,
      AgentVersion version) {
    Strategy strategy = settings.source().orElseThrow();
    CatalogSourceFactory<?> factory = Objects.requireNonNull(sources.get(strategy.type()));
    return source(
        factory,
        strategy,
        new CatalogSourceContext(
            settings.identity(),
            version.text(),
            new ServiceLanguage(
                new CatalogReader(strategies.balancers(), strategies.healthChecks()),
                new CatalogWriter(strategies.balancers(), strategies.healthChecks())),
            settings.engine().stateDirectory(),
            effect,
            clock,
            System::nanoTime,
            random));
  }

  private static <S extends Record> CatalogSource source(
      CatalogSourceFactory<S> factory, Strategy strategy, CatalogSourceContext context) {
    return factory.create(factory.settingsType().cast(strategy.settings()), context);
  }

  private CatalogFollower follower(Path file, MetricRegistry metrics, InstantSource clock) {
    CatalogWriter writer = new CatalogWriter(strategies.balancers(), strategies.healthChecks());
    return new CatalogFollower(
        file,
        settings.catalogPoll(),
        new CatalogReader(strategies.balancers(), strategies.healthChecks()),
        whole -> writer.text(whole, List.of()),
        new LastGoodCatalog(settings.engine().stateDirectory()),
        metrics,
        clock);
  }
}
