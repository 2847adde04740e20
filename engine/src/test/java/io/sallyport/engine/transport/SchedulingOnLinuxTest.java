package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoop;
import io.sallyport.engine.DataPathSettings;
import io.sallyport.engine.TransportChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** How a node's loops are scheduled, as this machine's kernel tells. */
@EnabledIf(
    value = "io.sallyport.engine.DescriptorsTest#linux",
    disabledReason = "only Linux has such a scheduler")
final class SchedulingOnLinuxTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int OTHER = 0;
  private static final int BATCH = 3;

  @Test
  void dataLoopsAreBatchedAndTheSideLoopIsNot() throws Exception {
    Transport plain = open(false);
    plain.dataLoops().forEach(SchedulingOnLinuxTest::policy);
    Transport batched = open(true);
    try {
      List<EventLoop> loops = batched.dataLoops();
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(loops.stream().map(SchedulingOnLinuxTest::policy)).containsOnly(BATCH));
      assertThat(policy(batched.sideLoop().next())).isEqualTo(OTHER);
      assertThat(plain.dataLoops().stream().map(SchedulingOnLinuxTest::policy))
          .as("the settings say that they are not")
          .containsOnly(OTHER);
    } finally {
      plain.close().get(LONG.toSeconds(), TimeUnit.SECONDS);
      batched.close().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static Transport open(boolean batched) {
    return Transport.open(
        new DataPathSettings(TransportChoice.AUTO, 2, 0, Duration.ZERO, batched), System::nanoTime);
  }

  private static int policy(EventLoop loop) {
    try {
      return loop.submit((Callable<Integer>) SchedulingOnLinuxTest::ownPolicy).get();
    } catch (InterruptedException | ExecutionException fault) {
      throw new IllegalStateException(fault);
    }
  }

  /** The 41st field of proc(5)'s stat; the second is a name in parentheses. */
  private static int ownPolicy() throws IOException {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[41 - 3]);
  }
}
