package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.EventLoop;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.TransportChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The loops of a node on this machine's cores, as its kernel tells of them. */
@EnabledIf(
    value = "io.sallyport.engine.DescriptorsTest#linux",
    disabledReason = "only Linux binds threads to cores")
final class LoopsOnCoresTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final int cores = new LinuxScheduler().cores(0).cardinality();

  @Test
  void loopsAreBoundAndWhatTheyBeginIsNot() throws Exception {
    assumeTrue(cores > 1, "one core only");
    Transport transport = open(true);
    try (ExecutorService begun = Executors.newSingleThreadExecutor()) {
      List<EventLoop> loops = transport.dataLoops();
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(loops.stream().map(LoopsOnCoresTest::allowedOn))
                  .doesNotHaveDuplicates()
                  .allMatch(list -> list.matches("\\d+")));

      String inherited =
          loops.getFirst().submit(() -> begun.submit(LoopsOnCoresTest::allowed).get()).get();
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(begun.submit(LoopsOnCoresTest::allowed).get())
                  .as("at first it was " + inherited)
                  .isEqualTo(allowed()));
      assertThat(allowedOn(transport.sideLoop().next())).isEqualTo(allowed());
    } finally {
      transport.close().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void loopsStayFreeWhereTheSettingsSaySo() throws Exception {
    assumeTrue(cores > 1, "one core only");
    Transport free = open(false);
    free.dataLoops().forEach(LoopsOnCoresTest::allowedOn);
    Transport bound = open(true);
    try {
      List<EventLoop> loops = bound.dataLoops();
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(loops.stream().map(LoopsOnCoresTest::allowedOn))
                  .allMatch(list -> list.matches("\\d+")));
      assertThat(free.dataLoops().stream().map(LoopsOnCoresTest::allowedOn))
          .containsOnly(allowed());
    } finally {
      free.close().get(LONG.toSeconds(), TimeUnit.SECONDS);
      bound.close().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private Transport open(boolean pin) {
    return Transport.open(
        new DataPathSettings(TransportChoice.AUTO, cores, 0, Duration.ZERO, pin), System::nanoTime);
  }

  private static String allowedOn(EventLoop loop) {
    try {
      return loop.submit((Callable<String>) LoopsOnCoresTest::allowed).get();
    } catch (InterruptedException | ExecutionException fault) {
      throw new IllegalStateException(fault);
    }
  }

  /** The cores that the kernel lets the calling thread run on, such as 0-3,7. */
  private static String allowed() {
    try {
      return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .map(line -> line.substring(line.indexOf('\t') + 1))
          .findFirst()
          .orElseThrow();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
