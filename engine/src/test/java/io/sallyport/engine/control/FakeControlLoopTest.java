package io.sallyport.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeControlLoopTest {
  private final FakeControlLoop loop = new FakeControlLoop(Long.MAX_VALUE - 1_000);
  private final long start = loop.nanos();
  private final List<String> ran = new ArrayList<>();

  private Runnable noting(String name) {
    return () -> ran.add(name + "@" + Duration.ofNanos(loop.nanos() - start).toMillis());
  }

  @Test
  void timersRunInTheOrderOfTheirTimesEachAtItsOwn() {
    loop.schedule(Duration.ofMillis(20), noting("b"));
    loop.schedule(Duration.ofMillis(10), () -> loop.schedule(Duration.ofMillis(5), noting("a")));
    loop.schedule(Duration.ofMillis(20), noting("c"));
    loop.execute(noting("now"));
    assertThat(ran).isEmpty();
    loop.advance(Duration.ofMillis(20));

    assertThat(ran).containsExactly("now@0", "a@15", "b@20", "c@20");
    assertThat(loop.pending()).isZero();
  }

  @Test
  void cancelledTimerDoesNotRun() {
    ControlLoop.Timer timer = loop.schedule(Duration.ofMillis(10), noting("a"));
    timer.cancel();
    timer.cancel();
    loop.advance(Duration.ofSeconds(1));

    assertThat(ran).isEmpty();
  }

  @Test
  void stallRunsTimersLate() {
    loop.schedule(Duration.ofMillis(10), noting("a"));
    loop.stall(Duration.ofSeconds(5));

    assertThat(ran).containsExactly("a@5000");
  }

  @Test
  void otherThreadsMayHandTasksIn() throws InterruptedException {
    Thread other = new Thread(() -> loop.execute(noting("handed in")));
    other.start();
    loop.runUntil(() -> !ran.isEmpty(), Duration.ofSeconds(20));
    other.join();

    assertThat(ran).containsExactly("handed in@0");
  }
}
