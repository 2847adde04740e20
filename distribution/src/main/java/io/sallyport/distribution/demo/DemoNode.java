package io.sallyport.distribution.demo;

import com.codahale.metrics.MetricRegistry;
import com.typesafe.config.ConfigFactory;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Problems;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import io.sallyport.distribution.hocon.HoconSection;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.Engine;
import io.sallyport.engine.EngineSettings;
import io.sallyport.engine.OnExit;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.TransportChoice;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.status.NodeStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The node: the same engine, catalog reader and hosts-file injector as in {@code sallyport run},
 * with a hosts file of its own. Used by one thread.
 */
final class DemoNode implements AutoCloseable {
  private static final String INJECTOR = "hosts-file";
  private static final int PROBES_AT_ONCE = 64;
  private static final int PIPES = 16;

  private final CatalogReader reader;
  private final Engine engine;
  private final AtomicLong moved;
  private Revision revision = Revision.NONE;

  private DemoNode(CatalogReader reader, Engine engine, AtomicLong moved) {
    this.reader = reader;
    this.engine = engine;
    this.moved = moved;
  }

  /**
   * Starts it, with nothing to serve.
   *
   * @param hosts the hosts file to publish names in; it exists
   * @param state a directory of its own
   */
  static DemoNode start(
      Strategies strategies, Path hosts, Path state, InstantSource clock, RandomGenerator random) {
    EngineSettings settings =
        new EngineSettings(
            new DataPathSettings(TransportChoice.AUTO, 0, PIPES),
            0,
            List.of(),
            List.of(hostsFile(strategies, hosts)),
            Duration.ofSeconds(30),
            PROBES_AT_ONCE,
            Duration.ofSeconds(2),
            OnExit.WITHDRAW,
            state);
    AtomicLong moved = new AtomicLong();
    Engine engine =
        Engine.start(
            settings,
            strategies,
            event -> {
              if (event instanceof EngineEvent.SessionEnded session && session.moved()) {
                moved.incrementAndGet();
              }
            },
            new MetricRegistry(),
            clock,
            random);
    CatalogReader reader = new CatalogReader(strategies.balancers(), strategies.healthChecks());
    return new DemoNode(reader, engine, moved);
  }

  /** Takes a new catalog; returns once it is in force. */
  void apply(String text) {
    revision = revision.next();
    switch (reader.read("demo.conf", text, revision)) {
      case CatalogResult.Read(var catalog, var warnings, var files) -> {
        var report = engine.apply(catalog).join();
        if (!report.faults().isEmpty()) {
          throw new DemoFailure(String.join("; ", report.faults()));
        }
      }
      case CatalogResult.Refused(var problems, var files) ->
          throw new IllegalStateException("the demo's own catalog is refused: " + words(problems));
    }
  }

  NodeStatus status() {
    return engine.status().join();
  }

  /** Sessions that another endpoint than the first one tried has served. */
  long moved() {
    return moved.get();
  }

  /** Withdraws the names and stops. */
  @Override
  public void close() {
    engine.stop().join();
  }

  private static Strategy hostsFile(Strategies strategies, Path hosts) {
    HostInjectorFactory<?> factory = strategies.hostInjectors().get(INJECTOR);
    if (factory == null) {
      throw new IllegalStateException("the plugin with the injector " + INJECTOR + " is missing");
    }
    Map<String, String> values =
        Map.of("path", hosts.toString(), "cloud-init-template", "off", "watch-interval", "1s");
    Problems problems = new Problems();
    Strategy strategy =
        new Strategy(
            INJECTOR,
            factory.parse(
                new HoconSection(ConfigFactory.parseMap(values).root(), INJECTOR, problems)));
    if (problems.refuse()) {
      throw new IllegalStateException(words(problems.all()));
    }
    return strategy;
  }

  private static String words(List<Problem> problems) {
    return problems.stream().map(Problem::text).collect(Collectors.joining("; "));
  }
}
