package io.sallyport.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.control.FakeControlLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Probes of a living endpoint, on a real health loop that stands still. */
@Timeout(60)
class AnswerPathTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration REAL = Duration.ofSeconds(20);

  private record Nothing() {}

  private final FakeControlLoop loop = new FakeControlLoop();
  private final EventLoopGroup healthLoop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ThreadPoolExecutor thinkers = HealthWork.threads();
  private final List<String> heard = new ArrayList<>();

  @AfterEach
  void end() {
    healthLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    thinkers.shutdownNow();
  }

  private AnswerPath path() {
    return AnswerPath.of(healthLoop.next(), thinkers, loop);
  }

  private HealthMonitor monitor(int port) {
    NettyProbeConnector connector =
        new NettyProbeConnector(healthLoop, NioSocketChannel.class, thinkers, loop);
    HealthCheck connects =
        target ->
            connector
                .connect(target.address(), target.timeout())
                .thenApply(outcome ->
                    switch (outcome) {
                      case ProbeOutcome.Connected(Duration taken) ->
                          CheckResult.of(CheckStatus.LAYER4_PASSED, taken, "");
                      case ProbeOutcome.TimedOut(Duration taken) ->
                          CheckResult.of(CheckStatus.LAYER4_TIMEOUT, taken, "");
                      case ProbeOutcome.Refused(Duration taken, String info) ->
                          CheckResult.of(CheckStatus.LAYER4_CONNECTION_PROBLEM, taken, info);
                      case ProbeOutcome.Unable(Duration taken, String info) ->
                          CheckResult.of(CheckStatus.SOCKET_ERROR, taken, info);
                    });
    Duration second = Duration.ofSeconds(1);
    return new HealthMonitor(
        "icr",
        List::of,
        443,
        new Endpoint(
            "z1", "127.0.0.1", port, "", 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true),
        new HealthPolicy(
            new Strategy("tcp", new Nothing()),
            second,
            second,
            second,
            second,
            1,
            1,
            OptionalInt.empty()),
        connects,
        () -> new ProbeAddress.Known(LOOPBACK),
        loop,
        new ProbeBudget(1, loop),
        path(),
        new Random(3),
        new HealthMonitor.Listener() {
          @Override
          public void checked(
              HealthMonitor monitor, CheckResult result, Health before, Health after) {
            heard.add(result.status() + " " + after.text());
          }

          @Override
          public void avoidanceChanged(HealthMonitor monitor, String reason) {}

          @Override
          public void discarded(HealthMonitor monitor, Duration late) {
            heard.add("discarded");
          }
        });
  }

  @Test
  void healthLoopThatStandsStillDoesNotMakeALivingEndpointFail() throws Exception {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(LOOPBACK, 0));
      CountDownLatch held = new CountDownLatch(1);
      healthLoop.execute(() -> await(held));
      HealthMonitor monitor = monitor(server.getLocalPort());
      monitor.start();
      // The control loop runs all the time, and is far beyond the probe's time.
      loop.advance(Duration.ofSeconds(5));
      assertThat(heard).isEmpty();

      held.countDown();
      loop.runUntil(() -> !heard.isEmpty(), REAL);
      assertThat(heard.getFirst()).isIn("discarded", "LAYER4_PASSED 1/1 UP");
      assertThat(monitor.health().up()).isTrue();
      monitor.stop();
    }
  }

  @Test
  void pathIsAsLongAsThoseWhoThinkAreBusyAndNoLonger() {
    AtomicBoolean passed = new AtomicBoolean();
    path().then(() -> passed.set(true));
    loop.runUntil(passed::get, REAL);
    assertThat(thinkers.getPoolSize()).as("nobody was woken who had nothing to do").isZero();

    CountDownLatch held = new CountDownLatch(1);
    passed.set(false);
    thinkers.execute(() -> await(held));
    thinkers.execute(() -> await(held));
    path().then(() -> passed.set(true));
    AtomicBoolean loopRan = new AtomicBoolean();
    healthLoop.execute(() -> loop.execute(() -> loopRan.set(true)));
    loop.runUntil(loopRan::get, REAL);
    assertThat(passed).isFalse();

    held.countDown();
    loop.runUntil(passed::get, REAL);
  }

  @Test
  void threadsThatHaveEndedKeepNobodyWaiting() {
    AtomicBoolean passed = new AtomicBoolean();
    AnswerPath path = path();
    healthLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    path.then(() -> passed.set(true));
    loop.runUntil(passed::get, REAL);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
