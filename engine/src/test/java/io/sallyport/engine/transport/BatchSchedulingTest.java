package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import io.sallyport.engine.transport.CpuScheduler.Waits;
import io.sallyport.engine.transport.LoopThreads.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which loops wait for their turns, by a scheduler and a clock that stand still. */
final class BatchSchedulingTest {
  private static final int ENOUGH = BatchScheduling.TURNS;
  private static final Duration SHORT = Duration.ofNanos(499_999);
  private static final Duration LONG = Duration.ofNanos(501_000);

  private final Machine machine = new Machine();
  private final List<Running> running =
      new ArrayList<>(List.of(new Running("data-1", 11), new Running("data-2", 12)));
  private final BatchScheduling loops =
      new BatchScheduling(machine, () -> List.copyOf(running), () -> machine.nanos);

  @BeforeEach
  void batched() {
    loops.look();
  }

  @Test
  void allLoopsAreBatchedAlsoThoseThatStartLater() {
    assertThat(machine.batched).isEqualTo(Map.of(11, true, 12, true));
    running.add(new Running("data-3", 13));
    loops.look();
    assertThat(machine.batched).isEqualTo(Map.of(11, true, 12, true, 13, true));
  }

  @Test
  void loopThatWaitsLongForItsTurnsTakesCoresForAMinute() {
    second(ENOUGH, SHORT);
    assertThat(machine.batched).containsEntry(11, true);
    second(ENOUGH, LONG);
    assertThat(machine.batched).isEqualTo(Map.of(11, false, 12, true));
    for (int i = 0; i < 59; i++) {
      second(ENOUGH, LONG);
    }
    assertThat(machine.batched).containsEntry(11, false);
    second(ENOUGH, LONG);
    assertThat(machine.batched).as("what it waited meanwhile is over").containsEntry(11, true);
    second(ENOUGH, SHORT);
    assertThat(machine.batched).containsEntry(11, true);
  }

  @Test
  void eachPauseIsTwiceAsLongAsTheOneBeforeAndAnHourAtMost() {
    for (int minutes : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
      second(ENOUGH, LONG);
      machine.nanos += Duration.ofMinutes(minutes).minusSeconds(2).toNanos();
      second(0, SHORT);
      assertThat(machine.batched).containsEntry(11, false);
      second(0, SHORT);
      assertThat(machine.batched).containsEntry(11, true);
    }
  }

  @Test
  void fewTurnsAreJudgedOnceTheyAreMany() {
    for (int i = 0; i < 10; i++) {
      assertThat(machine.batched).containsEntry(11, true);
      second(ENOUGH / 10, LONG);
    }
    assertThat(machine.batched).containsEntry(11, false);
  }

  @Test
  void oneLongWaitAmongManyTurnsIsNothing() {
    second(1, Duration.ofMillis(40));
    second(ENOUGH - 1, Duration.ofNanos(20_000));
    second(ENOUGH, SHORT);
    assertThat(machine.batched).containsEntry(11, true);
  }

  @Test
  void refusalIsTriedAgainLater() {
    running.add(new Running("data-3", 13));
    machine.refuses = true;
    loops.look();
    machine.refuses = false;
    loops.look();
    assertThat(machine.batched).doesNotContainKey(13);
    machine.nanos += Duration.ofMinutes(1).toNanos();
    loops.look();
    assertThat(machine.batched).containsEntry(13, true);
  }

  @Test
  void loopOfWhichTheKernelDoesNotTellTakesCores() {
    machine.silent = true;
    loops.look();
    assertThat(machine.batched).isEqualTo(Map.of(11, false, 12, true));
  }

  /** A second in which the first loop waits for some turns. */
  private void second(int turns, Duration each) {
    machine.nanos += Duration.ofSeconds(1).toNanos();
    machine.turns += turns;
    machine.waited += turns * each.toNanos();
    loops.look();
  }

  private static final class Machine implements CpuScheduler {
    private final Map<Integer, Boolean> batched = new HashMap<>();
    private boolean refuses;
    private boolean silent;
    private long nanos = -5;
    private long waited = Duration.ofHours(1).toNanos();
    private long turns = 7;

    @Override
    public Waits waits(int thread) throws UntoldException {
      if (silent && thread == 11) {
        throw new UntoldException("not today");
      }
      return thread == 11 ? new Waits(waited, turns) : new Waits(0, 0);
    }

    @Override
    public void batch(int thread, boolean batched) throws UntoldException {
      if (refuses) {
        throw new UntoldException("refused");
      }
      this.batched.put(thread, batched);
    }
  }
}
