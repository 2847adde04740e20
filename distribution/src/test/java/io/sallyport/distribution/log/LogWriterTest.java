package io.sallyport.distribution.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.sallyport.distribution.FixedClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class LogWriterTest {
  private static final int QUEUE = 16;

  private final LoggerContext context = new LoggerContext();

  /** A pipe that nobody reads until the test does. */
  private static final class StuckPipe extends OutputStream {
    final ByteArrayOutputStream through = new ByteArrayOutputStream();
    final CountDownLatch stuck = new CountDownLatch(1);
    final CountDownLatch freed = new CountDownLatch(1);

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      stuck.countDown();
      try {
        freed.await();
      } catch (InterruptedException stopped) {
        throw new IOException(stopped);
      }
      synchronized (through) {
        through.write(bytes, from, length);
      }
    }

    String text() {
      synchronized (through) {
        return through.toString(StandardCharsets.UTF_8);
      }
    }
  }

  @Test
  void whoLogsNeverWaitsAndWhatIsDroppedIsCountedAndTold() throws Exception {
    StuckPipe pipe = new StuckPipe();
    Logging logging = start(pipe);
    context.getLogger("io.sallyport.a").info("first");
    pipe.stuck.await();

    Instant before = Instant.now();
    for (int i = 0; i < QUEUE + 5; i++) {
      context.getLogger("io.sallyport.a").info("more");
    }
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(30));
    assertThat(logging.dropped()).isEqualTo(5);

    pipe.freed.countDown();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(pipe.text())
                .endsWith(
                    "2026-11-23T02:13:46.000Z WARN  log lines were dropped: nobody read them in"
                        + " time count=5\n"));
    assertThat(pipe.text().lines().filter(line -> line.endsWith("more"))).hasSize(QUEUE);
    logging.close();
  }

  @Test
  void whatIsQueuedAtTheEndIsStillWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Logging logging = start(out);
    for (int i = 0; i < QUEUE; i++) {
      context.getLogger("io.sallyport.a").info("line {}", i);
    }
    logging.close();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(QUEUE)
        .last()
        .asString()
        .endsWith("line 15");
  }

  @Test
  void anOutputThatFailsEndsNothing() {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Logging logging = start(broken);
    context.getLogger("io.sallyport.a").info("lost");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(logging.dropped()).isEqualTo(1));
    context.getLogger("io.sallyport.a").info("lost too");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(logging.dropped()).isEqualTo(2));
    logging.close();
  }

  private Logging start(OutputStream out) {
    return Logging.start(
        context,
        new LogSettings(LogFormat.KEY_VALUES, LogLevel.INFO, SessionLog.ALL, QUEUE),
        out,
        new FixedClock("2026-11-23T02:13:46Z"));
  }
}
