package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What was said before somebody left arrives, and what stands behind urgent data, too. */
@Timeout(120)
final class LastWordsTest {
  private static final int ROUNDS = 60;

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void urgentDataHidesNothingOfWhatFollows(TransportChoice transport) throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      for (int i = 0; i < ROUNDS; i++) {
        try (Socket client = Lab.connect(port)) {
          boolean ends = i % 2 == 0;
          sendWithUrgent(client, "before".getBytes(US_ASCII), "behind".getBytes(US_ASCII));
          if (ends) {
            client.shutdownOutput();
          }
          InputStream in = client.getInputStream();
          assertThat(ends ? in.readAllBytes() : in.readNBytes(12))
              .asString(US_ASCII)
              .isEqualTo("beforebehind");
        }
      }
    }
  }

  @Test
  void urgentDataHidesNothingOfWhatFollowsInBulk() throws Exception {
    int half = 8 << 20;
    try (Peer peer =
            Peer.talking(socket -> {
              long all = socket.getInputStream().skip(Long.MAX_VALUE);
              socket.getOutputStream().write(Long.toString(all).getBytes(US_ASCII));
            });
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        sendWithUrgent(client, new byte[half], new byte[half]);
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes())
            .asString(US_ASCII)
            .isEqualTo(Integer.toString(2 * half));
      }
    }
  }

  @Test
  void answerThatCameBeforeTheWholeQuestionWasHeardArrives() throws Exception {
    try (Peer peer =
            Peer.talking(socket -> {
              if (socket.getInputStream().read() >= 0) {
                // What is left unread makes the close a reset.
                socket.getOutputStream().write("413 too large".getBytes(US_ASCII));
              }
            });
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      for (int i = 0; i < ROUNDS; i++) {
        try (Socket client = Lab.connect(port)) {
          try {
            for (int k = 0; k < 40; k++) {
              client.getOutputStream().write(new byte[1 << 10]);
            }
          } catch (SocketException reset) {
            // Before all was sent; the answer may be there all the same.
          }
          assertThat(untilTheEnd(client)).asString(US_ASCII).isEqualTo("413 too large");
        }
      }
    }
  }

  @Test
  void slowClientGetsTheWholeAnswerOfAnEndpointThatIsGone() throws Exception {
    int size = 3_000_000;
    int clients = 60;
    try (Peer peer =
            Peer.talking(socket -> {
              if (socket.getInputStream().read() >= 0) {
                socket.getOutputStream().write(new byte[size]);
              }
            });
        Lab lab = new Lab();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      Map<Integer, Future<Integer>> gots = new HashMap<>();
      for (int i = 0; i < clients; i++) {
        // Somewhere between them is the one whose last bytes wait in the agent's memory.
        int unread = i * 48_000;
        Socket client = new Socket();
        client.setReceiveBufferSize(16 << 10);
        client.connect(new InetSocketAddress(Lab.LOOPBACK, port));
        gots.put(
            client.getLocalPort(), threads.submit(() -> lateTalker(client, size - unread, unread)));
      }
      int whole = 0;
      for (int i = 1; i <= clients; i++) {
        SessionEnded ended = lab.ended(i);
        int got = gots.get(ended.client().getPort()).get();
        if (ended.bytesDown() == size) {
          whole++;
          assertThat(got).as("%s", ended).isEqualTo(size);
        }
      }
      // Where the agent had not yet read it all, the reset may have taken it away from the
      // endpoint.
      assertThat(whole).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, 6, true",
    "AUTO, 48, false",
    "IO_URING, 6, true",
    "IO_URING, 6, false",
    "IO_URING, 48, true",
    "IO_URING, 48, false",
    "NIO, 6, true",
    "NIO, 48, false"
  })
  void whoHasFinishedSendingGetsAllThatTheOtherSideSaysHoweverLateItReads(
      TransportChoice transport, int mebibytes, boolean endsFirst) throws Exception {
    long length = (long) mebibytes << 20;
    List<Throwable> faults = new CopyOnWriteArrayList<>();
    try (Peer endpoint =
            Peer.talking(socket -> {
              try {
                boolean listens = socket.getInputStream().read() == 'l';
                new LongTalk(length, endsFirst, socket).play(listens);
              } catch (IOException | AssertionError fault) {
                faults.add(fault);
              }
            });
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.apply(Lab.service("icr", port, SessionsTest.unchecked(endpoint.port())));
      int session = 0;
      for (boolean endpointListens : new boolean[] {true, false}) {
        try (Socket client = Lab.connect(port)) {
          client.getOutputStream().write(endpointListens ? 'l' : 't');
          new LongTalk(length, endsFirst, client).play(!endpointListens);
          session++;
          SessionEnded ended = lab.ended(session);
          assertThat(ended.end()).isEqualTo(SessionEnd.COMPLETED);
          assertThat(ended.bytesUp()).isEqualTo(endpointListens ? length + 1 : 1);
          assertThat(ended.bytesDown()).isEqualTo(endpointListens ? 0 : length);
        }
      }
      assertThat(faults).isEmpty();
    }
  }

  /**
   * One side says more than its listener takes, and ends while the rest is still on the way, or has
   * said even more than the way can hold; the other one says nothing.
   */
  private record LongTalk(long length, boolean endsFirst, Socket socket) {
    static final int SOME = 1 << 20;

    /** Until nothing moves any more, on a busy machine, too. */
    static final Duration STANDSTILL = Duration.ofMillis(400);

    void play(boolean listens) throws IOException {
      socket.setSoTimeout(15_000);
      if (!listens) {
        byte[] block = new byte[64 << 10];
        for (long said = 0; said < length; said += block.length) {
          socket.getOutputStream().write(block);
        }
        socket.shutdownOutput();
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        return;
      }
      socket.setReceiveBufferSize(SOME / 16);
      if (endsFirst) {
        socket.shutdownOutput();
      }
      InputStream in = socket.getInputStream();
      LockSupport.parkNanos(STANDSTILL.toNanos());
      if (!endsFirst) {
        socket.shutdownOutput();
        LockSupport.parkNanos(STANDSTILL.toNanos());
      }
      in.skipNBytes(SOME);
      LockSupport.parkNanos(STANDSTILL.toNanos());
      assertThat(in.skip(Long.MAX_VALUE)).isEqualTo(length - SOME);
    }
  }

  /** Asks, reads some, goes on talking to whoever has left, and reads the rest. */
  private static int lateTalker(Socket client, int first, int rest) throws IOException {
    try (client) {
      client.getOutputStream().write('?');
      int got = client.getInputStream().readNBytes(new byte[first], 0, first);
      LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
      client.getOutputStream().write('!');
      LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
      return got + client.getInputStream().readNBytes(new byte[rest], 0, rest);
    } catch (SocketException reset) {
      return -1;
    }
  }

  private static void sendWithUrgent(Socket client, byte[] before, byte[] behind)
      throws IOException {
    client.getOutputStream().write(before);
    client.sendUrgentData('!');
    client.getOutputStream().write(behind);
  }

  /** All that comes before the end or the reset. */
  private static byte[] untilTheEnd(Socket client) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      client.getInputStream().transferTo(all);
    } catch (SocketException reset) {
      // As it is without us.
    }
    return all.toByteArray();
  }
}
