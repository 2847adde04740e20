package io.sallyport.plugins.health.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.health.ProbeRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpCheckTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  /** How a test connects. */
  private interface Connecting {
    CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout);
  }

  private record Connector(Connecting how) implements ProbeConnector {
    @Override
    public CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout) {
      return how.connect(address, timeout);
    }

    @Override
    public CompletionStage<CheckResult> converse(ProbeRequest request, ProbeDialogue dialogue) {
      throw new AssertionError("this check says nothing");
    }
  }

  private static CheckResult check(Connecting connecting, InetSocketAddress address, long millis)
      throws Exception {
    TcpCheckFactory factory = new TcpCheckFactory();
    HealthCheck check =
        factory.create(
            new TcpCheckSettings(),
            new HealthCheckContext(
                new Connector(connecting),
                Optional.empty(),
                System::nanoTime,
                InstantSource.system()));
    CheckTarget target =
        new CheckTarget("icr", List.of(), "z1", "127.0.0.1", address, Duration.ofMillis(millis));
    return check.check(target).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** Connects with a socket of the JDK's. */
  private static Connecting sockets() {
    return (address, timeout) ->
        CompletableFuture.supplyAsync(() -> {
          long started = System.nanoTime();
          try (Socket socket = new Socket()) {
            socket.connect(address, (int) timeout.toMillis());
            return new ProbeOutcome.Connected(since(started));
          } catch (SocketTimeoutException late) {
            return new ProbeOutcome.TimedOut(since(started));
          } catch (IOException refused) {
            return new ProbeOutcome.Refused(since(started), "Connection refused");
          }
        });
  }

  private static Duration since(long started) {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  @Test
  void endpointThatAcceptsPasses() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, LOOPBACK)) {
      CheckResult result = check(sockets(), at(server), 15_000);

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER4_PASSED);
      assertThat(result.status().passed()).isTrue();
      assertThat(result.info()).isEmpty();
      assertThat(result.code()).isEmpty();
      assertThat(result.duration()).isPositive();
    }
  }

  @Test
  void endpointThatRefusesIsAConnectionProblem() throws Exception {
    InetSocketAddress gone;
    try (ServerSocket server = new ServerSocket(0, 5, LOOPBACK)) {
      gone = at(server);
    }
    CheckResult result = check(sockets(), gone, 15_000);

    assertThat(result.status()).isEqualTo(CheckStatus.LAYER4_CONNECTION_PROBLEM);
    assertThat(result.info()).isEqualTo("Connection refused");
  }

  @Test
  void endpointThatDoesNotAnswerTimesOut() throws Exception {
    List<Socket> fillers = new ArrayList<>();
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
      CheckResult result = check(sockets(), at(server), 300);
      // Each connection takes a place in the queue that nobody empties, until there is none.
      for (int i = 0; i < 10 && result.status().passed(); i++) {
        Socket filler = new Socket();
        fillers.add(filler);
        try {
          filler.connect(at(server), 300);
        } catch (SocketTimeoutException full) {
          // What was wanted.
        }
        result = check(sockets(), at(server), 300);
      }

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER4_TIMEOUT);
      assertThat(result.duration()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    } finally {
      for (Socket filler : fillers) {
        filler.close();
      }
    }
  }

  @Test
  void nodeThatCannotTryIsASocketError() throws Exception {
    Duration taken = Duration.ofMillis(2);
    CheckResult result =
        check(
            (address, timeout) ->
                CompletableFuture.completedFuture(
                    new ProbeOutcome.Unable(taken, "Too many open files")),
            new InetSocketAddress(LOOPBACK, 9),
            100);

    assertThat(result)
        .isEqualTo(CheckResult.of(CheckStatus.SOCKET_ERROR, taken, "Too many open files"));
  }

  @Test
  void asksForTheTargetsAddressAndTimeout() throws Exception {
    List<String> asked = new ArrayList<>();
    check(
        (address, timeout) -> {
          asked.add(address.getPort() + " " + timeout.toMillis());
          return CompletableFuture.completedFuture(new ProbeOutcome.Connected(timeout));
        },
        new InetSocketAddress(LOOPBACK, 4443),
        750);

    assertThat(asked).containsExactly("4443 750");
  }

  @Test
  void settingsAreAlwaysTheSame() {
    TcpCheckFactory factory = new TcpCheckFactory();

    assertThat(factory.type()).isEqualTo("tcp");
    assertThat(factory.settingsType()).isEqualTo(TcpCheckSettings.class);
    assertThat(new TcpCheckSettings()).isEqualTo(new TcpCheckSettings());
  }

  private static InetSocketAddress at(ServerSocket server) {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }
}
