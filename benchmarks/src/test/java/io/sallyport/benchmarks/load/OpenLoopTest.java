package io.sallyport.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OpenLoopTest {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nsallyport\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int STALL_MILLIS = 400;
  private static final int MOST_TRIES = 20;

  private final AtomicInteger answered = new AtomicInteger();
  private volatile int stallAt = -1;
  private ServerSocket server;

  @BeforeEach
  void serve() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  @AfterEach
  void end() throws IOException {
    server.close();
  }

  @Test
  void sendsAsManyAsTheRateSays() {
    Histogram latencies = load(200).run(Duration.ofSeconds(1));
    assertThat(latencies.getTotalCount()).isEqualTo(200);
  }

  @Test
  void aStallCountsForEveryRequestThatWasDueMeanwhile() {
    // One connection at 200/s: of 200 requests, 80 are due while the 50th waits for its answer.
    // A machine that stalls too makes more of them late, but not every time.
    List<Long> late = new ArrayList<>();
    do {
      late.add(lateWithAStall());
      assertThat(late.getLast()).as("requests later than 100 ms").isGreaterThanOrEqualTo(50);
    } while (late.getLast() > 75 && late.size() < MOST_TRIES);
    assertThat(late.getLast()).as("requests later than 100 ms: %s", late).isLessThanOrEqualTo(75);
  }

  private long lateWithAStall() {
    answered.set(0);
    stallAt = 50;
    Histogram latencies = load(200).run(Duration.ofSeconds(1));
    assertThat(latencies.getMaxValue()).isGreaterThan(STALL_MILLIS * 1_000_000L * 9 / 10);
    return latencies.getTotalCount() - latencies.getCountBetweenValues(0, 100_000_000);
  }

  private OpenLoop load(double perSecond) {
    return new OpenLoop(
        new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 1, perSecond);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofPlatform().daemon().start(() -> answer(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      while (in.readNBytes(Probe.REQUEST.length).length == Probe.REQUEST.length) {
        if (answered.incrementAndGet() == stallAt) {
          Thread.sleep(STALL_MILLIS);
        }
        socket.getOutputStream().write(ANSWER);
      }
    } catch (IOException | InterruptedException over) {
      // The generator has closed, or the test is over.
    }
  }
}
