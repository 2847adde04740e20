package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session that ends gives everything back, whatever ended it. */
@EnabledIf(value = "linux", disabledReason = "counts descriptors in /proc/self/fd")
final class DescriptorsTest {
  private static final int ROUNDS = 300;

  /** What refuses or vanishes keeps a round waiting, so several go on at once. */
  private static final int LANES = 6;

  static boolean linux() {
    return Files.isDirectory(Path.of("/proc/self/fd"));
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void thousandsOfSessionsOfEveryEndingLeaveNoDescriptor(TransportChoice transport)
      throws Exception {
    try (DeadPort dead = new DeadPort();
        Peer echo = Peer.echo();
        Peer rude =
            Peer.talking(socket -> {
              if (socket.getInputStream().read() >= 0) {
                socket.setSoLinger(true, 0);
              }
            });
        Peer terse = Peer.saying("x");
        BlackHole hole = new BlackHole();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int echoes = Lab.freePort();
      int resets = Lab.freePort();
      int ends = Lab.freePort();
      int refuses = Lab.freePort();
      int vanishes = Lab.freePort();
      lab.apply(
          Lab.service("echoes", echoes, SessionsTest.unchecked(echo.port())),
          Lab.service("resets", resets, SessionsTest.unchecked(rude.port())),
          Lab.service("ends", ends, SessionsTest.unchecked(terse.port())),
          Lab.service(
              "refuses", SessionsTest::impatient, refuses, SessionsTest.unchecked(dead.number())),
          Lab.service(
              "vanishes", SessionsTest::impatient, vanishes, SessionsTest.unchecked(hole.port())));
      everyEnding(echoes, resets, ends, refuses, vanishes);
      settle(lab);
      List<String> before = descriptors();
      try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
        List<Future<?>> rounds = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          rounds.add(
              lanes.submit(() -> {
                everyEnding(echoes, resets, ends, refuses, vanishes);
                return null;
              }));
        }
        for (Future<?> round : rounds) {
          round.get();
        }
      }
      settle(lab);
      noMoreThan(before);
      List<SessionEnded> ended = lab.events(SessionEnded.class);
      // io_uring does not tell from where a client came that has gone by then: no session at all.
      int sure = transport == TransportChoice.IO_URING ? 7 : 8;
      assertThat(ended).hasSizeGreaterThanOrEqualTo(ROUNDS * sure);
      assertThat(ended.stream().map(SessionEnded::end).collect(Collectors.toSet()))
          .containsAll(
              EnumSet.of(
                  SessionEnd.COMPLETED,
                  SessionEnd.CLIENT_ABORTED,
                  SessionEnd.ENDPOINT_ABORTED,
                  SessionEnd.CONNECT_REFUSED,
                  // NIO hears of a client that has gone only by reading from it.
                  transport == TransportChoice.NIO
                      ? SessionEnd.CONNECT_TIMEOUT
                      : SessionEnd.CLIENT_ABORTED_CONNECTING));
      // A client that has gone may still stand in the kernel's queue.
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(lab.status().services())
                  .allSatisfy(service ->
                      assertThat(
                              service
                                  .listeners()
                                  .getFirst()
                                  .endpoints()
                                  .getFirst()
                                  .activeSessions())
                          .isZero()));
    }
  }

  @Test
  void stoppedEngineLeavesNoDescriptorAndNoThread() throws Exception {
    cycle();
    List<String> before = descriptors();
    for (int i = 0; i < 10; i++) {
      cycle();
    }
    noMoreThan(before);
    Lab.eventually(() ->
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("sallyport-")));
  }

  private static void cycle() throws IOException {
    try (Peer peer = Peer.saying("x");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      assertThat(Lab.ask(port)).isEqualTo("x");
    }
  }

  private static void everyEnding(int echoes, int resets, int ends, int refuses, int vanishes)
      throws IOException {
    try (Socket orderly = Lab.connect(echoes)) {
      assertThat(SessionsTest.echoes(orderly)).isTrue();
      orderly.shutdownOutput();
      assertThat(SessionsTest.outcome(orderly)).isEqualTo("end");
    }
    try (Socket closes = Lab.connect(echoes)) {
      assertThat(SessionsTest.echoes(closes)).isTrue();
    }
    try (Socket aborts = Lab.connect(echoes)) {
      assertThat(SessionsTest.echoes(aborts)).isTrue();
      aborts.setSoLinger(true, 0);
    }
    try (Socket halfThenAborts = Lab.connect(resets)) {
      halfThenAborts.shutdownOutput();
      halfThenAborts.setSoLinger(true, 0);
    }
    try (Socket isReset = Lab.connect(resets)) {
      isReset.getOutputStream().write(1);
      assertThat(SessionsTest.outcome(isReset)).isEqualTo("reset");
    } catch (SocketException alreadyReset) {
      // The reset came before the write: as good.
    }
    assertThat(Lab.ask(ends)).isEqualTo("x");
    try (Socket unread = Lab.connect(echoes)) {
      unread.getOutputStream().write(new byte[100_000]);
    } catch (SocketException alreadyReset) {
      // Closing with unread data resets.
    }
    try (Socket refused = Lab.connect(refuses)) {
      refused.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketException reset) {
      // This is how a session without an endpoint ends.
    }
    try (Socket givesUp = Lab.connect(vanishes)) {
      givesUp.setSoLinger(true, 0);
    }
  }

  private static void settle(Lab lab) {
    Lab.eventually(() -> lab.status().activeSessions() == 0);
  }

  /** No more than there were; what they lead to is told if there are. */
  static void noMoreThan(List<String> before) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(descriptors())
                .as("before: %s", before)
                .hasSizeLessThanOrEqualTo(before.size()));
  }

  /** What this process's descriptors lead to. */
  static List<String> descriptors() {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.map(DescriptorsTest::target).sorted().toList();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "closed meanwhile";
    }
  }
}
