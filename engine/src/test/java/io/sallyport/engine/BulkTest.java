package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.status.ListenerStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever its size and its pace, what goes in comes out: every byte, in order, once. */
final class BulkTest {
  private static final int MEBI = 1 << 20;
  private static final int BLOCK = 8 * MEBI;

  /** Nothing that could be mistaken for another part of itself. */
  private static final byte[] NOISE = new byte[BLOCK];

  static {
    new SplittableRandom(0x5a11).nextBytes(NOISE);
  }

  /** What went one way. */
  private record Sum(long bytes, long checksum) {}

  /** What one end saw of one session, or what went wrong there. */
  private record Seen(CompletableFuture<Sum> sent, CompletableFuture<Sum> received) {
    Seen() {
      this(new CompletableFuture<>(), new CompletableFuture<>());
    }

    boolean done() {
      return sent.isDone() && received.isDone();
    }

    @Override
    public String toString() {
      return "sent " + words(sent) + ", received " + words(received);
    }

    private static String words(CompletableFuture<Sum> sum) {
      return switch (sum.state()) {
        case RUNNING -> "not all yet";
        case SUCCESS -> sum.resultNow().toString();
        case FAILED -> sum.exceptionNow().toString();
        case CANCELLED -> "cancelled";
      };
    }
  }

  /** How long nobody may wait for the rest of a session. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** One direction of one end. */
  private interface Work {
    Sum done() throws IOException;
  }

  private static void into(CompletableFuture<Sum> future, Work work) {
    try {
      future.complete(work.done());
    } catch (IOException | RuntimeException | Error fault) {
      future.completeExceptionally(fault);
    }
  }

  @ParameterizedTest(name = "{0}, {1} pipes, {2} sessions of {3} MiB each way")
  @CsvSource({
    // Pipes for all; for a few, so that others are copied meanwhile; for none.
    "AUTO, 64, 16, 64",
    "AUTO, 3, 16, 24",
    "AUTO, 0, 8, 24",
    "IO_URING, 0, 8, 24",
    "NIO, 0, 8, 24"
  })
  void everyByteArrivesInOrderWhoeverStalls(
      TransportChoice transport, int pipes, int sessions, int mebibytes) throws Exception {
    long bytes = (long) mebibytes * MEBI;
    Map<Integer, Seen> backends = new ConcurrentHashMap<>();
    for (int i = 0; i < sessions; i++) {
      backends.put(i, new Seen());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Peer backend =
            Peer.talking(socket -> {
              int number = socket.getInputStream().read();
              Seen mine = backends.get(number);
              SplittableRandom random = new SplittableRandom(1000 + number);
              SplittableRandom reading = random.split();
              Future<?> reader =
                  threads.submit(() -> into(mine.received(), () -> receive(socket, reading)));
              into(mine.sent(), () -> send(socket, bytes, random));
              finished(reader);
            });
        Lab lab = new Lab(settings -> moving(settings, transport, pipes))) {
      int port = Lab.freePort();
      lab.apply(Lab.service("bulk", port, SessionsTest.unchecked(backend.port())));
      List<Seen> clients = new ArrayList<>();
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        Socket socket = Lab.connect(port);
        sockets.add(socket);
        socket.getOutputStream().write(i);
        SplittableRandom random = new SplittableRandom(i);
        SplittableRandom reading = random.split();
        Seen client = new Seen();
        clients.add(client);
        threads.execute(() -> into(client.sent(), () -> send(socket, bytes, random)));
        threads.execute(() -> into(client.received(), () -> receive(socket, reading)));
      }
      int mostPipes = 0;
      Instant latest = Instant.now().plus(PATIENCE);
      while (Instant.now().isBefore(latest)
          && !(clients.stream().allMatch(Seen::done)
              && backends.values().stream().allMatch(Seen::done))) {
        mostPipes = Math.max(mostPipes, openPipes(lab));
        Thread.sleep(5);
      }
      for (int i = 0; i < sessions; i++) {
        Seen there = backends.get(i);
        Seen here = clients.get(i);
        int number = i;
        Supplier<String> view = () -> view(lab, number, here, there);
        assertThat(here.done() && there.done()).as(view).isTrue();
        assertThat(List.of(here.sent(), here.received(), there.sent(), there.received()))
            .as(view)
            .noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(here.sent().join().bytes()).isEqualTo(bytes);
        assertThat(there.received().join()).as(view).isEqualTo(here.sent().join());
        assertThat(there.sent().join().bytes()).isEqualTo(bytes);
        assertThat(here.received().join()).as(view).isEqualTo(there.sent().join());
      }
      Lab.eventually(() -> lab.events(SessionEnded.class).size() == sessions);
      assertThat(lab.events(SessionEnded.class))
          .allSatisfy(end -> {
            assertThat(end.end()).isEqualTo(SessionEnd.COMPLETED);
            assertThat(end.bytesUp()).isEqualTo(bytes + 1);
            assertThat(end.bytesDown()).isEqualTo(bytes);
          });
      ListenerStatus listener = lab.listener("bulk");
      assertThat(listener.bytesUp()).isEqualTo(sessions * (bytes + 1));
      assertThat(listener.bytesDown()).isEqualTo(sessions * bytes);
      assertThat(mostPipes).as("pipes at once").isBetween(Math.min(1, pipes), pipes);
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void sessionCutWhileAPipeHoldsItsBytesGivesThePipeUp() throws Exception {
    try (Peer backend = Peer.talking(socket -> send(socket, 64L * MEBI, new SplittableRandom(7)));
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.apply(Lab.service("bulk", port, SessionsTest.unchecked(backend.port())));
      for (int round = 1; round <= 200; round++) {
        try (Socket stalled = Lab.connect(port)) {
          InputStream input = stalled.getInputStream();
          input.readNBytes(4 * MEBI);
          if (round % 20 == 0) {
            // Long enough for the endpoint to fill all that there is.
            Lab.eventually(() -> openPipes(lab) > 0);
            Thread.sleep(20);
          }
          stalled.setSoLinger(true, 0);
        }
        lab.ended(round);
      }
      assertThat(openPipes(lab)).as("pipes that are kept for others").isLessThanOrEqualTo(2 * 8);
      // What was in those pipes is nobody else's.
      try (Socket next = Lab.connect(port)) {
        Sum got = receive(next, new SplittableRandom(1));
        assertThat(got).isEqualTo(expected(64L * MEBI, new SplittableRandom(7)));
      }
    }
  }

  /** All that is known of a session: what both ends saw, and the engine of all that it has. */
  private static String view(Lab lab, int number, Seen client, Seen backend) {
    return "session %d: client %s; endpoint %s; the engine has %s, and ended %s"
        .formatted(number, client, backend, lab.sessions(), lab.events(SessionEnded.class));
  }

  static EngineSettings moving(EngineSettings old, TransportChoice transport, int pipes) {
    return new EngineSettings(
        new DataPathSettings(transport, 2, pipes),
        old.maxSessions(),
        old.nameServers(),
        old.injectors(),
        old.injectionInterval(),
        old.probesAtOnce(),
        old.stopDrain(),
        old.onExit(),
        old.stateDirectory());
  }

  private static int openPipes(Lab lab) {
    Object gauge = lab.metrics().getGauges().get("pipes_open");
    return (Integer) ((Gauge<?>) gauge).getValue();
  }

  /** Bursts of bulk, small talk in between, and rests; then the end. */
  private static Sum send(Socket socket, long bytes, SplittableRandom random) throws IOException {
    OutputStream output = socket.getOutputStream();
    CRC32C checksum = new CRC32C();
    long left = bytes;
    while (left > 0) {
      int size = (int) Math.min(left, size(random));
      int from = random.nextInt(BLOCK - size);
      checksum.update(NOISE, from, size);
      output.write(NOISE, from, size);
      left -= size;
      stall(random);
    }
    socket.shutdownOutput();
    return new Sum(bytes, checksum.getValue());
  }

  private static Sum expected(long bytes, SplittableRandom random) {
    CRC32C checksum = new CRC32C();
    long left = bytes;
    while (left > 0) {
      int size = (int) Math.min(left, size(random));
      checksum.update(NOISE, random.nextInt(BLOCK - size), size);
      left -= size;
      random.nextInt(STALLS);
    }
    return new Sum(bytes, checksum.getValue());
  }

  private static Sum receive(Socket socket, SplittableRandom random) throws IOException {
    InputStream input = socket.getInputStream();
    byte[] buffer = new byte[256 << 10];
    CRC32C checksum = new CRC32C();
    long bytes = 0;
    for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
      checksum.update(buffer, 0, count);
      bytes += count;
      stall(random);
    }
    return new Sum(bytes, checksum.getValue());
  }

  private static int size(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1 + random.nextInt(2000);
      case 1 -> 1 + random.nextInt(64 << 10);
      default -> 1 + random.nextInt(2 * MEBI);
    };
  }

  private static final int STALLS = 64;

  private static void stall(SplittableRandom random) throws IOException {
    if (random.nextInt(STALLS) == 0) {
      try {
        Thread.sleep(30);
      } catch (InterruptedException stop) {
        throw new IOException(stop);
      }
    }
  }

  private static void finished(Future<?> task) throws IOException {
    try {
      task.get(120, TimeUnit.SECONDS);
    } catch (Exception fault) {
      throw new IOException(fault);
    }
  }
}
