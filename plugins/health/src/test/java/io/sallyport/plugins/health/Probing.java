package io.sallyport.plugins.health;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.engine.health.HealthWork;
import io.sallyport.engine.health.NettyProbeConnector;
import io.sallyport.engine.health.ProcessCommands;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Makes checks with what the engine hands to them, and runs them. */
public final class Probing implements AutoCloseable {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService thinkers = HealthWork.threads();
  private final HealthCheckContext context;

  /** Runs checks at a time of day of the test's choice. */
  public Probing(InstantSource clock) {
    context =
        new HealthCheckContext(
            new NettyProbeConnector(loops, NioSocketChannel.class, thinkers, System::nanoTime),
            Optional.of(new ProcessCommands(HealthWork.commandThreads(), System::nanoTime)),
            System::nanoTime,
            clock);
  }

  /** Runs checks now. */
  public Probing() {
    this(InstantSource.system());
  }

  /** Probes once, the service being known as {@code icr.io}. */
  public <S extends Record> CheckResult probe(
      HealthCheckFactory<S> factory, S settings, InetSocketAddress address, Duration timeout) {
    CheckTarget target =
        new CheckTarget(
            "icr", List.of(new HostName("icr.io")), "z1", "z1.private.icr.io", address, timeout);
    return factory
        .create(settings, context)
        .check(target)
        .toCompletableFuture()
        .orTimeout(40, TimeUnit.SECONDS)
        .join();
  }

  /** The same with enough time. */
  public <S extends Record> CheckResult probe(
      HealthCheckFactory<S> factory, S settings, InetSocketAddress address) {
    return probe(factory, settings, address, Duration.ofSeconds(20));
  }

  @Override
  public void close() {
    thinkers.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
