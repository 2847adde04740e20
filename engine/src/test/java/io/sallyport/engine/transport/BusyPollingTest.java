package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.SelectStrategy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An event loop stays awake for as long as it was told to. */
final class BusyPollingTest {
  private final AtomicLong nanos = new AtomicLong(-7);
  private final BusyPolling polling = new BusyPolling(Duration.ofNanos(50), nanos::get);

  @Test
  void loopSleepsOnceNothingHasComeForTheWholeWindow() throws Exception {
    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.CONTINUE);
    nanos.addAndGet(49);
    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.CONTINUE);
    nanos.addAndGet(1);
    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.SELECT);
  }

  @Test
  void eventsAndTasksBeginTheWindowAnew() throws Exception {
    nanos.addAndGet(49);
    assertThat(polling.calculateStrategy(() -> 3, false)).as("events to handle").isEqualTo(3);
    nanos.addAndGet(49);
    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.CONTINUE);
    assertThat(polling.calculateStrategy(() -> 0, true)).as("tasks to run").isZero();
    nanos.addAndGet(49);
    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.CONTINUE);
    nanos.addAndGet(1);
    assertThat(polling.calculateStrategy(() -> 0, false)).isEqualTo(SelectStrategy.SELECT);
  }
}
