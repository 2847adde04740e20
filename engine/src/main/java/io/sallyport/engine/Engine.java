package io.sallyport.engine;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.cluster.OperatorWords;
import io.sallyport.engine.control.ControlThread;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.guard.PluginFaults;
import io.sallyport.engine.guard.Watch;
import io.sallyport.engine.health.AnswerPath;
import io.sallyport.engine.health.HealthWork;
import io.sallyport.engine.health.NettyProbeConnector;
import io.sallyport.engine.health.ProbeBudget;
import io.sallyport.engine.health.ProcessCommands;
import io.sallyport.engine.inject.Injection;
import io.sallyport.engine.reconcile.Reconciler;
import io.sallyport.engine.resolve.HostResolver;
import io.sallyport.engine.session.Crossings;
import io.sallyport.engine.session.Listener;
import io.sallyport.engine.session.SessionEnds;
import io.sallyport.engine.session.SessionLimit;
import io.sallyport.engine.session.SessionLoops;
import io.sallyport.engine.session.SessionRoom;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.MetricNames;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.transport.Pipes;
import io.sallyport.engine.transport.Transport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does with a catalog: owns addresses, listens, forwards to healthy endpoints, and
 * publishes names.
 *
 * <p>Made by {@link #start}, ended by {@link #stop}. All methods may be called by any thread and
 * return at once.
 *
 * @since 0.1
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final EngineSettings settings;
  private final InstantSource clock;
  private final Instant startedAt;
  private final ControlThread control;
  private final Transport transport;
  private final HostResolver resolver;
  private final Pipes.Budget pipes;
  private final SessionLoops loops;
  private final SessionRoom room;
  private final SessionLimit node;
  private final SessionEnds ends;
  private final ProbeBudget probes;
  private final ThreadPoolExecutor healthWork;
  private final Watch watch;
  private final Reconciler reconciler;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private boolean stopping;

  private Engine(
      EngineSettings settings,
      Strategies unguarded,
      EngineEvents receiver,
      MetricRegistry metrics,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    EngineEvents events = guarded(receiver);
    this.clock = clock;
    this.startedAt = clock.instant();
    this.transport = Transport.open(settings.dataPath(), System::nanoTime);
    this.control = new ControlThread("sallyport-control");
    this.resolver =
        new HostResolver(
            HostResolver.Sources.ofNode(settings.nameServers()),
            control,
            transport.sideLoop(),
            transport.datagramChannelType(),
            transport.socketChannelType(),
            events,
            random);
    this.room =
        SessionRoom.ofProcess(
            settings.maxSessions(), settings.dataPath().maxPipes(), settings.probesAtOnce());
    this.node = new SessionLimit(room.sessions(0));
    this.ends = new SessionEnds();
    this.pipes = new Pipes.Budget(room.mostPipes());
    this.loops = new SessionLoops(transport.dataLoops(), control, pipes);
    this.probes = new ProbeBudget(settings.probesAtOnce(), control);
    this.healthWork = HealthWork.threads();
    this.watch = new Watch(new PluginFaults(metrics), healthWork, control, transport);
    Strategies strategies = watch.guarded(unguarded);
    Cluster.Shared clusters =
        new Cluster.Shared(
            control,
            strategies,
            resolver,
            probes,
            AnswerPath.of(transport.sideLoop().next(), healthWork, control),
            new HealthCheckContext(
                new NettyProbeConnector(
                    transport.sideLoop(), transport.socketChannelType(), healthWork, control),
                settings.externalCommands() == ExternalCommands.ALLOW
                    ? Optional.of(new ProcessCommands(HealthWork.commandThreads(), control))
                    : Optional.empty(),
                control,
                clock),
            loops,
            events,
            random,
            settings.locality(),
            new OperatorWords());
    Listener.Shared listeners =
        new Listener.Shared(transport, loops, node, ends, events, clock, new Crossings());
    this.reconciler =
        new Reconciler(
            clusters,
            listeners,
            metrics,
            settings.stateDirectory(),
            onReport -> new Injection(settings, strategies, clock, control, events, onReport));
    watch.start();
    reconciler.ready().thenRun(() -> ready.complete(null));
    register(metrics);
  }

  /**
   * Starts the loops; serves nothing yet.
   *
   * @param settings whose state directory exists and may be written
   * @param random may be used by several threads at once
   * @throws TransportUnavailableException when the transport is not to be had
   * @throws Strategies.UnknownStrategyException when no plugin supplies an injector
   */
  public static Engine start(
      EngineSettings settings,
      Strategies strategies,
      EngineEvents events,
      MetricRegistry metrics,
      InstantSource clock,
      RandomGenerator random) {
    settings.injectors().forEach(strategies::hostInjectorFactory);
    return new Engine(settings, strategies, events, metrics, clock, random);
  }

  /**
   * Serves this catalog from now on, which must obey {@link io.sallyport.api.catalog.CatalogRules}.
   * Completes once all operations have been carried out or have failed; probing and publishing go
   * on after that.
   */
  public CompletableFuture<ApplyReport> apply(Catalog catalog) {
    int listeners = catalog.services().stream().mapToInt(service -> service.ports().size()).sum();
    return on(
            () -> {
              node.most(room.sessions(listeners));
              return reconciler.apply(catalog);
            })
        .thenCompose(report -> report);
  }

  /**
   * What the injectors would do for a catalog once all of its services serve, in lines for people.
   * Changes nothing; needs no running engine; may block.
   */
  public static List<String> preview(
      EngineSettings settings, Strategies strategies, Catalog catalog, InstantSource clock) {
    Set<HostBinding> bindings = new LinkedHashSet<>();
    List<String> lines = new ArrayList<>();
    for (Service service : catalog.services()) {
      bindings.add(new HostBinding(service.id(), service.address(), service.names()));
      service
          .ports()
          .forEach(port ->
              lines.add(
                  "listen: "
                      + Addresses.text(service.address(), port.listen())
                      + " (service "
                      + service.id()
                      + ", "
                      + port.endpoints().size()
                      + " endpoints)"));
    }
    lines.addAll(Injection.preview(settings, strategies, clock, bindings));
    return lines;
  }

  /**
   * Takes an operator's word on an endpoint, beside the catalog's; it outlives the catalogs that
   * come after and ends with the engine. The strictest of the words on an endpoint holds.
   *
   * @param port the listening port behind which the endpoint is meant; empty for every port of the
   *     service
   * @param mode {@code ENABLED} takes back what was said before
   * @return the listening ports behind which there is such an endpoint
   */
  public CompletableFuture<List<Integer>> order(
      String service, OptionalInt port, String endpoint, EndpointMode mode) {
    return on(() -> reconciler.order(service, port, endpoint, mode));
  }

  /** What truly serves now. */
  public CompletableFuture<NodeStatus> status() {
    return on(() ->
        new NodeStatus(
            clock.instant(),
            startedAt,
            reconciler.catalog().revision().toString(),
            ready.isDone(),
            transport.name(),
            transport.dataLoops().size(),
            node.active(),
            ends.all() + node.active(),
            ends.failed(),
            reconciler.status(),
            reconciler.injectors(),
            Stream.concat(reconciler.wrong().stream(), watch.wrong()).toList()));
  }

  /** Every session that there is now, in words for whoever asks what one waits for. */
  CompletableFuture<List<String>> sessions() {
    return loops.inWords();
  }

  /**
   * Completes when every service of the first catalog serves under its names, cannot, or has had
   * its probes. An injector that does not answer delays it by five seconds and no more.
   */
  public CompletableFuture<Void> ready() {
    return ready.copy();
  }

  /**
   * Accepts no more, gives sessions the settings' time, leaves or withdraws names and addresses as
   * the settings say, and ends all threads. Calling it again gives the same stage.
   */
  public CompletableFuture<Void> stop() {
    control.execute(() -> {
      if (stopping) {
        return;
      }
      stopping = true;
      reconciler
          .stop(settings.onExit() == OnExit.WITHDRAW, settings.stopDrain())
          .whenComplete((done, fault) -> {
            watch.close();
            resolver.close();
            loops.close();
            healthWork.shutdownNow();
            transport
                .close()
                .whenComplete((closed, loopsFault) -> {
                  control.close();
                  stopped.complete(null);
                });
          });
    });
    return stopped.copy();
  }

  private void register(MetricRegistry metrics) {
    gauge(metrics, "node_sessions_active", node::active);
    gauge(metrics, "node_sessions_max", node::most);
    gauge(metrics, "probes_active", probes::underWay);
    gauge(metrics, "pipes_open", pipes::open);
    for (Strategy injector : settings.injectors()) {
      String type = injector.type();
      gauge(
          metrics,
          MetricNames.of("injector_in_place", "injector", type),
          () -> injectors(type).mapToInt(InjectorStatus::inPlace).sum());
      gauge(
          metrics,
          MetricNames.of("injector_refused", "injector", type),
          () -> injectors(type).mapToInt(InjectorStatus::refused).sum());
    }
    gauge(metrics, "node_ready", () -> ready.isDone() ? 1 : 0);
    for (SessionEnd end : SessionEnd.values()) {
      gauge(metrics, MetricNames.of("session_ends_total", "reason", end.tag()), () -> ends.of(end));
    }
  }

  private Stream<InjectorStatus> injectors(String type) {
    return reconciler.injectors().stream().filter(injector -> injector.type().equals(type));
  }

  private static void gauge(MetricRegistry metrics, String name, Gauge<Number> gauge) {
    metrics.remove(name);
    metrics.register(name, gauge);
  }

  /** A receiver that fails must not leave half done what it is told of. */
  private static EngineEvents guarded(EngineEvents receiver) {
    return event -> {
      try {
        receiver.happened(event);
      } catch (RuntimeException | LinkageError | AssertionError fault) {
        LOG.atError().setCause(fault).log("an event's receiver failed");
      }
    };
  }

  private <T> CompletableFuture<T> on(Supplier<T> task) {
    if (stopped.isDone()) {
      return CompletableFuture.failedFuture(new IllegalStateException("the engine has stopped"));
    }
    return CompletableFuture.supplyAsync(task, control);
  }
}
