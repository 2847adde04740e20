package io.sallyport.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ConversationTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService thinkers = HealthWork.threads();
  private final NettyProbeConnector connector =
      new NettyProbeConnector(loops, NioSocketChannel.class, thinkers, System::nanoTime);

  @AfterEach
  void endLoops() {
    thinkers.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** What a peer does with each connection. */
  private interface Manners {
    void serve(InputStream in, OutputStream out, Socket socket)
        throws IOException, InterruptedException;
  }

  private static ServerSocket peer(Manners manners) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual()
        .start(() -> {
          while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
              manners.serve(socket.getInputStream(), socket.getOutputStream(), socket);
            } catch (IOException | InterruptedException over) {
              // The probe, or the test, has ended.
            }
          }
        });
    return server;
  }

  private CheckResult converse(
      ServerSocket peer, Duration timeout, int most, ProbeDialogue dialogue) {
    InetSocketAddress address = (InetSocketAddress) peer.getLocalSocketAddress();
    return connector
        .converse(new ProbeRequest(address, timeout, most, Optional.empty()), dialogue)
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  private CheckResult converse(ServerSocket peer, ProbeDialogue dialogue) {
    return converse(peer, LONG, ProbeRequest.USUAL_BYTES, dialogue);
  }

  private static ProbeMove passed(String info) {
    return ProbeMove.finish(CheckStatus.LAYER7_PASSED, info);
  }

  /** Says something first, then does with what it hears as told. */
  private static ProbeDialogue saying(ProbeMove first, Function<ProbeHearing, ProbeMove> hearing) {
    return new ProbeDialogue() {
      @Override
      public ProbeMove opened(Optional<ProbePeer> peer) {
        return first;
      }

      @Override
      public ProbeMove heard(ProbeHearing heard) {
        return hearing.apply(heard);
      }
    };
  }

  @Test
  void saysAndHears() throws IOException {
    try (ServerSocket peer =
        peer((in, out, socket) -> {
          byte[] word = in.readNBytes(4);
          out.write(
              ("you said " + new String(word, StandardCharsets.UTF_8))
                  .getBytes(StandardCharsets.UTF_8));
          in.read();
        })) {
      CheckResult result =
          converse(
              peer,
              saying(
                  ProbeMove.say("ping"),
                  heard ->
                      heard.text().endsWith("ping") ? passed(heard.text()) : ProbeMove.LISTEN));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(result.info()).isEqualTo("you said ping");
      assertThat(result.duration()).isPositive();
    }
  }

  @Test
  void forgetsOnlyWhatTheDialogueWasTold() throws IOException {
    try (ServerSocket peer =
        peer((in, out, socket) -> {
          out.write("banner\n".getBytes(StandardCharsets.UTF_8));
          in.readNBytes(5);
          out.write("answer\n".getBytes(StandardCharsets.UTF_8));
          in.read();
        })) {
      List<String> told = new CopyOnWriteArrayList<>();
      CheckResult result =
          converse(
              peer,
              saying(
                  ProbeMove.LISTEN,
                  heard -> {
                    if (!heard.text().endsWith("\n")) {
                      return ProbeMove.LISTEN;
                    }
                    told.add(heard.text());
                    return heard.text().startsWith("banner") ? ProbeMove.say("hello") : passed("");
                  }));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(told).containsExactly("banner\n", "answer\n");
    }
  }

  @Test
  void answerInTheSameBreathAsTheEndIsHeard() throws IOException {
    try (ServerSocket peer =
        peer((in, out, socket) -> out.write("bye".getBytes(StandardCharsets.UTF_8)))) {
      CheckResult result =
          converse(
              peer,
              saying(
                  ProbeMove.LISTEN,
                  heard -> heard.over() ? passed(heard.text()) : ProbeMove.LISTEN));

      assertThat(result.info()).isEqualTo("bye");
    }
  }

  @Test
  void endpointThatSpeaksFirstAndLeavesIsHeardAlthoughNobodyCanAnswerIt() throws IOException {
    ProbeDialogue slow =
        new ProbeDialogue() {
          @Override
          public ProbeMove opened(Optional<ProbePeer> peer) {
            // Long enough for the endpoint to have left when this is to be sent.
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            return ProbeMove.say("GET /".getBytes(StandardCharsets.US_ASCII));
          }

          @Override
          public ProbeMove heard(ProbeHearing heard) {
            return heard.over() ? passed(heard.text()) : ProbeMove.LISTEN;
          }
        };
    try (ServerSocket peer =
        peer((in, out, socket) -> out.write("220 mail".getBytes(StandardCharsets.US_ASCII)))) {
      CheckResult result = converse(peer, slow);
      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(result.info()).isEqualTo("220 mail");
    }
  }

  @Test
  void listeningToAnEndpointThatHasEndedIsAnInvalidResponse() throws IOException {
    try (ServerSocket peer = peer((in, out, socket) -> {})) {
      CheckResult result = converse(peer, saying(ProbeMove.LISTEN, heard -> ProbeMove.LISTEN));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_INVALID_RESPONSE);
      assertThat(result.info()).isEqualTo("connection closed by the endpoint");
    }
  }

  @Test
  void resetIsToldInTheSystemsWords() throws IOException {
    try (ServerSocket peer =
        peer((in, out, socket) -> {
          in.readNBytes(2);
          socket.setSoLinger(true, 0);
        })) {
      CheckResult result = converse(peer, saying(ProbeMove.say("hi"), heard -> ProbeMove.LISTEN));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_INVALID_RESPONSE);
      assertThat(result.info()).startsWith("Connection reset");
    }
  }

  @Test
  void silentEndpointTimesOut() throws IOException {
    try (ServerSocket peer = peer((in, out, socket) -> in.readNBytes(100))) {
      CheckResult result =
          converse(
              peer,
              Duration.ofMillis(1500),
              100,
              saying(ProbeMove.say("hi"), heard -> ProbeMove.LISTEN));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_TIMEOUT);
      assertThat(result.duration()).isBetween(Duration.ofMillis(1490), Duration.ofSeconds(12));
    }
  }

  @Test
  void unansweredConnectTimesOutAtLayerFour() throws IOException {
    try (BlackHole hole = new BlackHole()) {
      CheckResult result =
          connector
              .converse(
                  ProbeRequest.plain(hole.address(), Duration.ofMillis(300)),
                  saying(ProbeMove.LISTEN, heard -> ProbeMove.LISTEN))
              .toCompletableFuture()
              .join();

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER4_TIMEOUT);
    }
  }

  @Test
  void refusedConnectIsAConnectionProblem() throws IOException {
    try (Socket unheard = new Socket()) {
      // Bound, and never listened at: nobody else comes to listen there, not even who connects.
      unheard.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      InetSocketAddress dead = (InetSocketAddress) unheard.getLocalSocketAddress();
      CheckResult result =
          connector
              .converse(
                  ProbeRequest.plain(dead, LONG),
                  saying(ProbeMove.LISTEN, heard -> ProbeMove.LISTEN))
              .toCompletableFuture()
              .join();

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER4_CONNECTION_PROBLEM);
      assertThat(result.info()).isEqualTo("Connection refused");
    }
  }

  @Test
  void endpointThatNeverStopsTalkingIsNotListenedToForLong() throws IOException {
    try (ServerSocket peer =
        peer((in, out, socket) -> {
          byte[] flood = new byte[64 * 1024];
          while (true) {
            out.write(flood);
          }
        })) {
      AtomicInteger longest = new AtomicInteger();
      CheckResult result =
          converse(
              peer,
              LONG,
              20_000,
              saying(
                  ProbeMove.LISTEN,
                  heard -> {
                    longest.accumulateAndGet(heard.length(), Math::max);
                    return ProbeMove.LISTEN;
                  }));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_INVALID_RESPONSE);
      assertThat(result.info()).isEqualTo("more than 20000 bytes");
      assertThat(longest).hasValue(20_000);
    }
  }

  @Test
  void endpointThatDribblesIsNotThoughtAboutByteForByte() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (ServerSocket peer =
        peer((in, out, socket) -> {
          socket.setTcpNoDelay(true);
          long end = System.nanoTime() + Duration.ofMillis(600).toNanos();
          for (int said = 0;
              System.nanoTime() - end < 0 || said < 5_000 || calls.get() < 17;
              said++) {
            out.write('x');
            Thread.onSpinWait();
          }
        })) {
      long begun = System.nanoTime();
      CheckResult result =
          converse(
              peer,
              LONG,
              ProbeRequest.MOST_BYTES,
              saying(
                  ProbeMove.LISTEN,
                  heard -> {
                    calls.incrementAndGet();
                    return heard.over() ? passed(heard.length() + "") : ProbeMove.LISTEN;
                  }));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
      assertThat(Integer.parseInt(result.info())).isGreaterThan(1_000);
      // A few at once, and then one each ten milliseconds.
      long tens = (System.nanoTime() - begun) / 10_000_000;
      assertThat((long) calls.get()).isBetween(17L, 18 + tens);
    }
  }

  @Test
  void dialogueThatFailsIsASocketError() throws IOException {
    try (ServerSocket peer = peer((in, out, socket) -> out.write(in.read()))) {
      CheckResult result =
          converse(
              peer,
              saying(
                  ProbeMove.say("x"),
                  heard -> {
                    throw new IllegalStateException("the plugin is broken");
                  }));

      assertThat(result.status()).isEqualTo(CheckStatus.SOCKET_ERROR);
      assertThat(result.info()).isEqualTo("IllegalStateException: the plugin is broken");
    }
  }

  @Test
  void dialogueThatThinksTooLongForThisNodesFaultIsStillHeard() throws IOException {
    try (ServerSocket peer =
        peer((in, out, socket) -> {
          out.write("ok".getBytes(StandardCharsets.UTF_8));
          in.read();
        })) {
      CheckResult result =
          converse(
              peer,
              Duration.ofSeconds(2),
              100,
              saying(
                  ProbeMove.LISTEN,
                  heard -> {
                    try {
                      Thread.sleep(2_500);
                    } catch (InterruptedException over) {
                      Thread.currentThread().interrupt();
                    }
                    return passed("late");
                  }));

      assertThat(result.info()).isEqualTo("late");
    }
  }

  @Test
  void twoThousandConversationsLeaveNoDescriptor() throws IOException {
    try (ServerSocket peer =
        peer((in, out, socket) -> {
          in.readNBytes(1);
          out.write('y');
        })) {
      Function<ProbeHearing, ProbeMove> any = heard -> passed("");
      converse(peer, saying(ProbeMove.say("x"), any));
      long before = Descriptors.open();
      for (int i = 0; i < 2_000; i++) {
        assertThat(converse(peer, saying(ProbeMove.say("x"), any)).status())
            .isEqualTo(CheckStatus.LAYER7_PASSED);
      }
      Descriptors.awaitAtMost(before + 5);
    }
  }
}
