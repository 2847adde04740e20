package io.sallyport.control.operate;

import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.client.ClientSettings;
import io.sallyport.control.operate.client.ControlAddress;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.operate.rollout.RolloutTimings;
import io.sallyport.control.operate.rollout.Rollouts;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;
import io.sallyport.control.server.AgentsService;
import io.sallyport.control.server.AgentsSettings;
import io.sallyport.control.server.Fleet;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.EmbeddedStore;
import io.sallyport.control.store.KeyValueStore;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A control plane with a store in a directory and its services behind a real socket. Callers are
 * whom their tokens name: {@code editor:ann}, {@code replica:r2}, {@code node:n1}.
 */
public final class TestPlane implements AutoCloseable {
  /** Fast enough for a test. */
  public static final RolloutTimings FAST =
      new RolloutTimings(Duration.ofMillis(50), Duration.ofMillis(600), Duration.ofMillis(500));

  /** The bytes that catalogs may have which callers send. */
  static final long MOST_UNDER_WAY = 16 << 20;

  /** The time that calls which send catalogs are measured by, in nanoseconds. */
  final AtomicLong ticking = new AtomicLong();

  /** What the audit log was told. */
  public final List<String> audited = new CopyOnWriteArrayList<>();

  /** The nodes of this replica, which are all that there are. */
  public final Fleet fleet;

  /** The catalog. */
  public final CatalogStore store;

  /** The rollouts, which have not been started. */
  public final Rollouts rollouts;

  private final KeyValueStore keys;
  private final ExecutorService work =
      Executors.newFixedThreadPool(4, Thread.ofPlatform().daemon().factory());
  private final ScheduledExecutorService loop =
      Executors.newScheduledThreadPool(1, Thread.ofPlatform().daemon().factory());
  private final ScheduledExecutorService rolloutLoop =
      Executors.newScheduledThreadPool(1, Thread.ofPlatform().daemon().factory());
  private final OperationsService operations;
  private final AgentsService agents;
  private final Server server;
  private final List<OperationsClient> clients = new ArrayList<>();

  /** Begins with what is in the directory. */
  public TestPlane(Path directory, InstantSource clock, RolloutTimings timings) {
    keys = EmbeddedStore.open(directory);
    store = CatalogStore.open(keys, clock, new Random(1), 100).join();
    fleet = new Fleet(work);
    rollouts =
        new Rollouts(store, fleet, "r1", clock, new Random(2), timings, rolloutLoop, this::audit);
    operations =
        new OperationsService(
            store,
            new OperationsService.Views(fleet, fleet),
            rollouts,
            TestServices.LANGUAGE,
            new OperationsService.Self("r1", "test"),
            work,
            this::audit,
            MOST_UNDER_WAY,
            ticking::get);
    agents =
        new AgentsService(
            AgentsSettings.DEFAULT,
            "r1",
            new ServiceCodec(TestServices.LANGUAGE),
            fleet,
            (caller, reason) -> audited.add(caller.name() + ": " + reason),
            new MetricRegistry(),
            loop,
            work,
            InstantSource.system(),
            System::nanoTime,
            new Random(3));
    store.watch(agents::head);
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .executor(work)
              .intercept(new ByToken())
              .addService(operations)
              .addService(agents)
              .build()
              .start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  /** A client of this one. */
  public OperationsClient client(String who) {
    OperationsClient client = OperationsClient.connect(settings(who));
    clients.add(client);
    return client;
  }

  /** How to reach this one. */
  public ClientSettings settings(String who) {
    return new ClientSettings(
        List.of(new ControlAddress("127.0.0.1", port())),
        new ClientSettings.Security.Insecure(),
        Optional.of(who),
        Duration.ofSeconds(60));
  }

  /** Applies a whole catalog, as an editor; it must be taken. */
  public Revision applied(Resource... services) {
    ApplyReply reply =
        client("editor:ann")
            .apply(ApplyHead.newBuilder().setWhole(true).build(), List.of(services));
    if (reply.getOutcome() != ApplyReply.Outcome.OUTCOME_APPLIED) {
      throw new AssertionError(reply.toString());
    }
    return Revisions.of(reply.getRevision());
  }

  /** How many bytes the catalogs have that are under way. */
  long underWay() {
    return operations.underWay();
  }

  /** Waits until something is in the audit log. */
  public void untilAudited(String part) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> audited.stream().anyMatch(line -> line.contains(part)));
  }

  private void audit(Caller caller, String action, String subject, String outcome) {
    audited.add(caller.name() + " " + action + " " + subject + " " + outcome);
  }

  @Override
  public void close() {
    clients.forEach(OperationsClient::close);
    rollouts.close();
    operations.close();
    agents.close();
    server.shutdownNow();
    rolloutLoop.shutdownNow();
    loop.shutdownNow();
    try {
      server.awaitTermination(20, TimeUnit.SECONDS);
      rolloutLoop.awaitTermination(20, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    store.close();
    keys.close();
    work.shutdownNow();
  }

  private static final class ByToken implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String token = headers.get(AUTHORIZATION);
      if (token == null) {
        return next.startCall(call, headers);
      }
      String[] who = token.substring("Bearer ".length()).split(":", -1);
      Caller caller =
          switch (who[0]) {
            case "node" -> new Caller.Node(who[1]);
            case "replica" -> new Caller.Replica(who[1]);
            case "anyone" -> new Caller.Anyone(who[1]);
            default -> new Caller.Operator(who[1], Role.valueOf(who[0].toUpperCase(Locale.ROOT)));
          };
      return Contexts.interceptCall(
          Context.current().withValue(Caller.KEY, caller), call, headers, next);
    }
  }
}
