package io.sallyport.distribution.cli;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.sallyport.control.operate.OperationsService;
import io.sallyport.control.operate.rollout.RolloutTimings;
import io.sallyport.control.operate.rollout.Rollouts;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;
import io.sallyport.control.server.Fleet;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.EmbeddedStore;
import io.sallyport.control.store.KeyValueStore;
import io.sallyport.distribution.catalog.CatalogWriter;
import io.sallyport.distribution.catalog.ServiceLanguage;
import io.sallyport.distribution.catalog.TestStrategies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A control plane behind a real socket whose callers are viewers with a token, and editors else.
 */
final class TestControlPlane implements AutoCloseable {
  final Fleet fleet;
  final Rollouts rollouts;

  /** What other replicas tell of their nodes. */
  volatile OperationsService.Elsewhere elsewhere =
      (other, names) ->
          CompletableFuture.failedFuture(new IllegalStateException("nobody answers there"));

  private final KeyValueStore keys;
  private final CatalogStore store;
  private final ExecutorService work = Executors.newCachedThreadPool();
  private final ScheduledExecutorService loop = Executors.newScheduledThreadPool(1);
  private final Server server;

  TestControlPlane(Path directory) throws IOException {
    keys = EmbeddedStore.open(directory);
    InstantSource clock = InstantSource.system();
    store = CatalogStore.open(keys, clock, new Random(1), 100).join();
    fleet = new Fleet(work);
    RolloutTimings fast =
        new RolloutTimings(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofSeconds(5));
    rollouts =
        new Rollouts(
            store, fleet, "r1", clock, new Random(2), fast, loop, (who, what, on, end) -> {});
    rollouts.start();
    CatalogWriter writer = new CatalogWriter(TestStrategies.balancers(), TestStrategies.checks());
    OperationsService operations =
        new OperationsService(
            store,
            new OperationsService.Views(
                fleet, fleet, (other, names) -> elsewhere.nodes(other, names)),
            rollouts,
            new ServiceLanguage(TestStrategies.reader(), writer),
            new OperationsService.Self("r1", "test"),
            work,
            (who, what, on, end) -> {},
            16 << 20,
            System::nanoTime);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(work)
            .intercept(new Believing())
            .addService(operations)
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void close() {
    rollouts.close();
    server.shutdownNow();
    try {
      server.awaitTermination(20, TimeUnit.SECONDS);
      loop.shutdownNow();
      loop.awaitTermination(20, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    store.close();
    keys.close();
    work.shutdownNow();
  }

  private static final class Believing implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String token =
          headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
      Caller caller =
          new Caller.Operator(
              token == null ? "ed" : token.substring("Bearer ".length()),
              token == null ? Role.EDITOR : Role.VIEWER);
      return Contexts.interceptCall(
          Context.current().withValue(Caller.KEY, caller), call, headers, next);
    }
  }
}
