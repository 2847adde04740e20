package io.sallyport.distribution.node;

import com.codahale.metrics.MetricRegistry;
import com.google.inject.Inject;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.config.Problem;
import io.sallyport.distribution.admin.AdminPages;
import io.sallyport.distribution.admin.AdminServer;
import io.sallyport.distribution.admin.PrometheusText;
import io.sallyport.distribution.plugins.InstalledPlugins;
import io.sallyport.distribution.status.AgentStatus;
import io.sallyport.distribution.status.AgentVersion;
import io.sallyport.distribution.status.CatalogStatus;
import io.sallyport.engine.Engine;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: an engine, where its catalog comes from, and the admin port.
 *
 * <pre>
 *   start: file's first catalog → engine → admin port → catalog applied → its file or source followed
 *   stop:  nothing followed any more → engine drained and stopped → admin port closed
 * </pre>
 *
 * <p>So nothing is touched on the node before all that can fail beforehand has not, and a node that
 * drains can still be watched. Started and stopped once, by one thread.
 *
 * @since 0.1
 */
public final class Node {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final Duration BEYOND_DRAIN = Duration.ofSeconds(15);
  private static final Duration REASONS = Duration.ofSeconds(2);

  private final NodeSettings settings;
  private final InstalledPlugins plugins;
  private final EngineEvents events;
  private final MetricRegistry metrics;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final NodeCatalog source;
  private final AgentVersion version;
  private volatile boolean stopping;

  /** Puts a node together; nothing runs yet. */
  @Inject
  public Node(
      NodeSettings settings,
      InstalledPlugins plugins,
      EngineEvents events,
      MetricRegistry metrics,
      InstantSource clock,
      RandomGenerator random,
      NodeCatalog source,
      AgentVersion version) {
    this.settings = settings;
    this.plugins = plugins;
    this.events = events;
    this.metrics = metrics;
    this.clock = clock;
    this.random = random;
    this.source = source;
    this.version = version;
  }

  /** What a start came to. */
  public sealed interface Start {
    /** The node runs. */
    record Running(Node.Run run) implements Start {}

    /** There is no catalog that could be served. */
    record NoCatalog(List<Problem> problems) implements Start {
      /** Copies the list. */
      public NoCatalog {
        problems = List.copyOf(problems);
      }
    }
  }

  /**
   * Starts; returns as soon as the first catalog is being applied.
   *
   * @throws io.sallyport.distribution.admin.AdminPortException when the admin address is not free
   * @throws io.sallyport.engine.TransportUnavailableException when the transport is not to be had
   */
  public Start start() {
    List<Problem> problems = source.prepare();
    return problems.isEmpty() ? new Start.Running(run()) : new Start.NoCatalog(problems);
  }

  private Run run() {
    Instant begun = clock.instant();
    Engine engine =
        Engine.start(settings.engine(), plugins.strategies(), events, metrics, clock, random);
    Optional<AdminServer> admin;
    try {
      admin = settings.admin().map(address -> AdminServer.open(address, pages(engine)));
    } catch (RuntimeException refused) {
      engine.stop();
      throw refused;
    }
    source.start(catalog -> apply(engine, catalog), () -> engine.status().thenApply(Effects::of));
    engine
        .ready()
        .thenRun(() ->
            LOG.atInfo()
                .addKeyValue("after_ms", Duration.between(begun, clock.instant()).toMillis())
                .log("agent is ready"));
    return new Run(engine, admin);
  }

  private CompletableFuture<Void> apply(Engine engine, Catalog catalog) {
    return engine
        .apply(catalog)
        .whenComplete((report, fault) -> {
          if (fault != null) {
            LOG.atError()
                .setCause(fault)
                .addKeyValue("revision", catalog.revision())
                .log("applying the catalog failed");
          }
        })
        .thenAccept(report -> {});
  }

  private AdminPages pages(Engine engine) {
    return new AdminPages(
        () -> unready(engine),
        () ->
            engine
                .status()
                .thenApply(node ->
                    AgentStatus.of(
                        version.text(),
                        ProcessHandle.current().pid(),
                        plugins.faults(),
                        source.status(),
                        node)),
        new PrometheusText(metrics),
        engine::order);
  }

  private List<String> unready(Engine engine) {
    if (stopping) {
      return List.of("the agent stops");
    }
    if (engine.ready().isDone()) {
      return List.of();
    }
    List<String> reasons = new ArrayList<>();
    CatalogStatus catalog = source.status();
    if (catalog.revision().equals(Revision.NONE.toString())) {
      reasons.add("there is no catalog yet");
      reasons.addAll(catalog.problems());
      return reasons;
    }
    reasons.add("the first catalog is being brought up");
    try {
      NodeStatus status = engine.status().get(REASONS.toMillis(), TimeUnit.MILLISECONDS);
      for (ServiceStatus service : status.services()) {
        if (!service.phase().equals("serving")) {
          reasons.add(
              service.id()
                  + ": "
                  + service.phase()
                  + (service.reason().isEmpty() ? "" : ": " + service.reason()));
        }
      }
    } catch (TimeoutException | ExecutionException silent) {
      reasons.add("the engine does not answer");
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
    return reasons;
  }

  /** A node that runs. */
  public final class Run {
    private final Engine engine;
    private final Optional<AdminServer> admin;

    private Run(Engine engine, Optional<AdminServer> admin) {
      this.engine = engine;
      this.admin = admin;
    }

    /** Where the admin port listens; empty when it is off. */
    public Optional<InetSocketAddress> admin() {
      return admin.map(AdminServer::address);
    }

    /** Completes once every service of the first catalog has been brought up or cannot be. */
    public CompletableFuture<Void> ready() {
      return engine.ready();
    }

    /** Looks at where the catalog comes from again now, even if it looks as before. Any thread. */
    public void readAgain() {
      source.readAgain();
    }

    /**
     * Stops in good order. Blocks for as long as sessions are given, and little more.
     *
     * @return false when the engine has not ended in that time
     */
    public boolean stop() {
      stopping = true;
      source.close();
      boolean ended = ended(engine.stop());
      admin.ifPresent(AdminServer::close);
      return ended;
    }

    private boolean ended(CompletableFuture<Void> stop) {
      Duration most = settings.engine().stopDrain().plus(BEYOND_DRAIN);
      try {
        stop.get(most.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException late) {
        LOG.atError().addKeyValue("after_s", most.toSeconds()).log("the engine has not stopped");
      } catch (ExecutionException fault) {
        LOG.atError().setCause(fault.getCause()).log("the engine has not stopped in good order");
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
      return false;
    }
  }
}
