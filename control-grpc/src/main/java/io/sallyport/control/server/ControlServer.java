package io.sallyport.control.server;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.api.source.CatalogLanguage;
import io.sallyport.control.operate.OperationsService;
import io.sallyport.control.operate.rollout.RolloutTimings;
import io.sallyport.control.operate.rollout.Rollouts;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.security.AuditLog;
import io.sallyport.control.security.CallerInterceptor;
import io.sallyport.control.security.PeerLimits;
import io.sallyport.control.security.TlsException;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.StoreException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of a control plane: the store, the agents' and the operators' services, and the
 * server in front of them, with gRPC's health and reflection services beside them.
 *
 * <pre>
 *   settings ─► TLS ─► store ─► catalog ─► fleet, peers, rollouts ─► services ─► server
 * </pre>
 *
 * Started once, in that order, and closed once, in the reverse. Any thread.
 *
 * @since 0.1
 */
public final class ControlServer implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  /**
   * The part of the heap that catalogs may take which callers send, or have read; the work on them
   * makes some copies more.
   */
  private static final int HEAP_SHARE = 8;

  private static final Duration CLOSING = Duration.ofSeconds(5);

  /** How long another replica has to tell of its nodes' services. */
  private static final Duration ASKING = Duration.ofSeconds(3);

  private final ControlSettings settings;
  private final Closing closing;
  private final AgentsService agents;
  private final Peers peers;
  private final StoreWatch store;
  private final HealthStatusManager health;
  private final Server server;
  private volatile boolean stopping;

  /**
   * What a control plane needs from around it.
   *
   * @param language the one that services are written in
   * @param random may be used by several threads at once
   * @param version of this program, for people
   */
  public record Environment(
      CatalogLanguage language,
      MetricRegistry metrics,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random,
      String version) {}

  private ControlServer(
      ControlSettings settings, Environment environment, OpenStore opened, Closing closing)
      throws IOException {
    this.settings = settings;
    this.closing = closing;
    closing.with(GrpcLog.taken(environment.ticker()), GrpcLog::close);
    ControlThreads threads = closing.with(new ControlThreads(), ControlThreads::close);
    AuditLog audit = closing.with(audit(settings.audit(), environment.clock()), AuditLog::close);
    Transport transport =
        Transport.of(
            settings.security(),
            threads.timers(),
            environment.ticker(),
            environment.metrics(),
            closing);
    CatalogStore catalog = opened.catalog();

    Fleet own = new Fleet(threads.work());
    Fleet whole = new Fleet(threads.work());
    agents =
        closing.with(
            new AgentsService(
                settings.agents(),
                settings.replica(),
                new ServiceCodec(environment.language()),
                own,
                (caller, why) -> audit.record(caller, "attach", "", "refused: " + why),
                environment.metrics(),
                threads.loop(),
                threads.work(),
                environment.clock(),
                environment.ticker(),
                environment.random()),
            AgentsService::close);
    Rollouts rollouts =
        closing.with(
            new Rollouts(
                catalog,
                whole,
                settings.replica(),
                environment.clock(),
                environment.random(),
                RolloutTimings.USUAL,
                threads.rollouts(),
                audit::record),
            Rollouts::close);
    peers =
        new Peers(
            settings.replica(),
            catalog.keys(),
            own,
            whole,
            transport::channel,
            settings.agents().forgetAfter(),
            threads.loop(),
            environment.clock(),
            environment.random());
    OperationsService operations =
        closing.with(
            new OperationsService(
                catalog,
                new OperationsService.Views(
                    own, whole, (other, names) -> peers.nodes(other, names, ASKING)),
                rollouts,
                environment.language(),
                new OperationsService.Self(settings.replica(), environment.version()),
                threads.work(),
                audit::record,
                Runtime.getRuntime().maxMemory() / HEAP_SHARE,
                environment.ticker()),
            OperationsService::close);
    health = new HealthStatusManager();
    server = server(environment, threads, audit, transport, operations);
    closing.with(server, ControlServer::end);
    closing.with(peers, Peers::close);
    closing.with(catalog.watch(agents::head), watch -> watch.close());
    peers.start(advertised(settings, server.getPort()));
    rollouts.start();
    store = closing.with(new StoreWatch(catalog, threads.timers()), StoreWatch::close);
    measure(environment.metrics(), catalog, store, peers);
  }

  /**
   * Opens the store and serves from then on. Blocks, for a minute or more while a store does not
   * answer.
   *
   * @param stop completes when there is to be no start any more: what is waited for by then is
   *     waited for no longer
   * @return empty when it was stopped before the store had answered; then nothing is left open
   * @throws ControlException when it cannot; the message is for the user
   */
  public static Optional<ControlServer> start(
      ControlSettings settings,
      Restored restored,
      Environment environment,
      CompletableFuture<?> stop) {
    Closing closing = new Closing();
    try {
      Files.createDirectories(settings.stateDirectory());
      Optional<OpenStore> store = OpenStore.open(settings, restored, environment, stop, closing);
      if (store.isEmpty()) {
        closing.close();
        return Optional.empty();
      }
      return Optional.of(new ControlServer(settings, environment, store.get(), closing));
    } catch (StoreException | TlsException refused) {
      closing.close();
      throw new ControlException(String.valueOf(refused.getMessage()), refused);
    } catch (IOException refused) {
      closing.close();
      throw new ControlException(
          "the control plane cannot start: " + refused.getMessage(), refused);
    } catch (RuntimeException fault) {
      closing.close();
      throw fault;
    }
  }

  /** Whether an operator says that the store was restored from a backup. */
  public enum Restored {
    /** It goes on where it was. */
    NO,
    /** Its catalog goes on in a new epoch. */
    YES
  }

  private static AuditLog audit(ControlSettings.Audit audit, InstantSource clock)
      throws IOException {
    return AuditLog.open(audit.file(), audit.mostBytes(), audit.mostFiles(), clock);
  }

  private Server server(
      Environment environment,
      ControlThreads threads,
      AuditLog audit,
      Transport transport,
      OperationsService operations)
      throws IOException {
    ControlSettings.Connections connections = settings.connections();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(settings.listen())
            .executor(threads.calls())
            .maxInboundMessageSize(connections.messageBytes())
            .handshakeTimeout(connections.handshake().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTime(connections.ping().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(connections.ping().toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveTime(connections.ping().toMillis() / 4, TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxConnectionIdle(IDLE.toMillis(), TimeUnit.MILLISECONDS)
            .maxConcurrentCallsPerConnection(connections.peer().callsAtOnce())
            // The one that is added last is asked first.
            .intercept(
                new PeerLimits(
                    connections.peer(), environment.ticker(), audit, environment.metrics()))
            .intercept(
                new CallerInterceptor(
                    transport.proof(),
                    audit,
                    Set.of(HealthGrpc.SERVICE_NAME),
                    environment.ticker()))
            .addService(agents)
            .addService(operations)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance());
    transport.serve(builder);
    try {
      Server started = builder.build().start();
      health.setStatus("", ServingStatus.SERVING);
      return started;
    } catch (IOException taken) {
      Throwable cause = taken.getCause() == null ? taken : taken.getCause();
      throw new IOException(
          Addresses.text(settings.listen().getAddress(), settings.listen().getPort())
              + " cannot be listened on: "
              + cause.getMessage()
              + "; is another control plane running? Choose another address with listen",
          taken);
    }
  }

  /** The port that the system chose, where it was asked to. */
  private static String advertised(ControlSettings settings, int port) {
    return settings.listen().getPort() == 0 && settings.advertise().endsWith(":0")
        ? settings.advertise().substring(0, settings.advertise().length() - 1) + port
        : settings.advertise();
  }

  private static void measure(
      MetricRegistry metrics, CatalogStore catalog, StoreWatch store, Peers peers) {
    Gauge<Long> number = () -> catalog.head().newest().revision().number();
    Gauge<Integer> resources = () -> catalog.head().newest().all().size();
    Gauge<Integer> rollout = () -> catalog.head().release().isPresent() ? 1 : 0;
    Gauge<Integer> answers = () -> store.trouble().isEmpty() ? 1 : 0;
    Gauge<Integer> troubles = () -> peers.troubles().size();
    metrics.register("control_store_up", answers);
    metrics.register("control_replica_troubles", troubles);
    metrics.register("control_catalog_number", number);
    metrics.register("control_catalog_resources", resources);
    metrics.register("control_rollout_under_way", rollout);
  }

  /** Where it listens, with the port that the system chose. */
  public InetSocketAddress address() {
    return new InetSocketAddress(settings.listen().getAddress(), server.getPort());
  }

  /** Why it is not ready, one sentence each; empty when it is. */
  public List<String> unready() {
    return stopping ? List.of("the control plane stops") : List.of();
  }

  /** What is wrong though it serves, one sentence each. */
  public List<String> troubles() {
    return Stream.concat(store.trouble().stream(), peers.troubles().stream()).toList();
  }

  /**
   * Takes no more agents, sends those that there are away over the time that the settings say, and
   * ends. Blocks.
   *
   * @return whether all agents left in good order
   */
  public boolean stop() {
    stopping = true;
    health.enterTerminalState();
    boolean left = true;
    try {
      CompletableFuture<Void> gone = agents.leave(settings.stopOver());
      gone.get(settings.stopOver().plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      LOG.atWarn().log("some agents have not left in time, and lose their streams");
      left = false;
    } catch (ExecutionException fault) {
      LOG.atError().setCause(fault).log("the agents could not be sent away");
      left = false;
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      left = false;
    }
    close();
    return left;
  }

  /** Ends at once; agents lose their streams and attach anew. Blocks for some seconds at most. */
  @Override
  public void close() {
    stopping = true;
    closing.close();
  }

  private static void end(Server server) {
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow();
        server.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException hurry) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
