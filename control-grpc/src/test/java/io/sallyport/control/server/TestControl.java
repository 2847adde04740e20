package io.sallyport.control.server;

import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.store.Head;
import io.sallyport.control.v1.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The agents' service behind a real socket, with a time that stands still. */
final class TestControl implements AutoCloseable {
  private static final int WORKERS = 2;
  static final AgentsSettings SETTINGS = settings(100, 8, 100, 1 << 20);

  static AgentsSettings settings(int agents, int firstSyncs, int waiting, int deltaBytes) {
    return new AgentsSettings(
        agents,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        firstSyncs,
        waiting,
        deltaBytes,
        1 << 20,
        100,
        Duration.ofMinutes(90),
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        1_000,
        Duration.ofHours(1));
  }

  final TestLoop loop = new TestLoop();
  final MetricRegistry metrics = new MetricRegistry();
  final ExecutorService work =
      Executors.newFixedThreadPool(WORKERS, Thread.ofPlatform().daemon().factory());
  final Fleet fleet = new Fleet(work);
  final List<String> refusals = new CopyOnWriteArrayList<>();
  final AgentsService agents;
  private final Server server;
  private final List<TestAgent> clients = new ArrayList<>();

  TestControl() {
    this(SETTINGS, "r1");
  }

  TestControl(AgentsSettings settings, String replica, BindableService... others) {
    agents =
        new AgentsService(
            settings,
            replica,
            new ServiceCodec(TestCatalog.LANGUAGE),
            fleet,
            (caller, reason) -> refusals.add(caller.name() + ": " + reason),
            metrics,
            loop,
            work,
            loop,
            loop,
            new Random(7));
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(work)
            .intercept(new TestCallers())
            .addService(agents);
    for (BindableService other : others) {
      builder.addService(other);
    }
    try {
      server = builder.build().start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  int port() {
    return server.getPort();
  }

  /** The store has this. Comes back when the loop knows. */
  void head(Head head) {
    agents.head(head);
    settle();
  }

  /** The store has this, a while after the change before. */
  void change(Head head) {
    loop.advance(Duration.ofSeconds(2));
    head(head);
  }

  /** Waits until what is to be done now is done. */
  void settle() {
    // Twice: what reads catalogs hands over to the loop.
    for (int turn = 0; turn < 2; turn++) {
      workers();
      loop.settle();
    }
  }

  /** Waits until the workers have done what they were given so far, each of them. */
  private void workers() {
    CountDownLatch all = new CountDownLatch(WORKERS);
    CompletableFuture<?>[] met = new CompletableFuture<?>[WORKERS];
    for (int worker = 0; worker < WORKERS; worker++) {
      met[worker] =
          CompletableFuture.runAsync(
              () -> {
                all.countDown();
                try {
                  all.await();
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                }
              },
              work);
    }
    CompletableFuture.allOf(met).join();
  }

  /** An agent with the certificate of this node. */
  TestAgent agent(String node) {
    return keep(TestAgent.of(port(), "node:" + node));
  }

  TestAgent as(String says) {
    return keep(TestAgent.of(port(), says));
  }

  TestAgent keep(TestAgent agent) {
    clients.add(agent);
    return agent;
  }

  /** A node, once it is as it should be. */
  NodeState node(String name, Predicate<NodeState> condition) {
    await()
        .atMost(Duration.ofSeconds(TestAgent.PATIENCE_SECONDS))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> fleet.node(name, Fleet.Detail.SUMMARY).filter(condition).isPresent());
    return fleet.node(name, Fleet.Detail.SUMMARY).orElseThrow();
  }

  /** Waits for something on the loop. */
  void until(BooleanSupplier condition) {
    await()
        .atMost(Duration.ofSeconds(TestAgent.PATIENCE_SECONDS))
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }

  Object gauge(String name) {
    return metrics.getGauges().get(name).getValue();
  }

  @Override
  public void close() {
    clients.forEach(TestAgent::close);
    agents.close();
    server.shutdownNow();
    try {
      server.awaitTermination(TestAgent.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    loop.shutdown();
    work.shutdown();
  }
}
