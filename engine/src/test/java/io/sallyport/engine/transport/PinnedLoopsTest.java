package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loops 11 and 12 on the cores 2 and 5, by a scheduler and a clock that stand still. */
final class PinnedLoopsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Machine machine = new Machine();
  private PinnedLoops loops;

  @BeforeEach
  void bound() {
    loops = new PinnedLoops(machine, () -> List.of(11, 12), 2, () -> machine.nanos);
    loops.look();
  }

  @Test
  void eachLoopHasACoreOfItsOwn() {
    assertThat(loops.fit()).isTrue();
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(2), 12, cores(5)));
  }

  @Test
  void loopsThatStartLaterAreBoundThen() {
    machine.bound.clear();
    List<Integer> running = new ArrayList<>();
    PinnedLoops later = new PinnedLoops(machine, () -> running, 2, () -> machine.nanos);
    later.look();
    assertThat(machine.bound).isEmpty();
    running.add(12);
    later.look();
    assertThat(machine.bound).isEqualTo(Map.of(12, cores(2)));
    running.add(11);
    later.look();
    assertThat(machine.bound).isEqualTo(Map.of(12, cores(2), 11, cores(5)));
  }

  @Test
  void nothingIsBoundUnlessThereIsOneLoopForEachOfSeveralCores() {
    assertThat(new PinnedLoops(machine, List::of, 1, () -> 0).fit()).isFalse();
    assertThat(new PinnedLoops(machine, List::of, 3, () -> 0).fit()).isFalse();
    machine.own = cores(5);
    assertThat(new PinnedLoops(machine, List::of, 1, () -> 0).fit()).isFalse();
  }

  @Test
  void nothingIsBoundWhereACoreDoesNotTellWhetherItRests() {
    machine.idle.remove(5);
    assertThatThrownBy(() -> new PinnedLoops(machine, List::of, 2, () -> 0))
        .isInstanceOf(UntoldException.class);
  }

  @Test
  void loopThatWaitsWhileAnotherCoreRestsIsFreeForAMinute() {
    seconds(3, 0.5, 0.5);
    assertThat(machine.bound).containsEntry(11, cores(2));
    seconds(1, 0.5, 0.5);
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(2, 5), 12, cores(5)));
    seconds(59, 0, 0);
    assertThat(machine.bound).containsEntry(11, cores(2, 5));
    seconds(1, 0, 0);
    assertThat(machine.bound).containsEntry(11, cores(2));
  }

  @Test
  void eachFreedomIsTwiceAsLongAsTheOneBeforeAndAnHourAtMost() {
    for (int minutes : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
      seconds(4, 0.5, 0.5);
      assertThat(machine.bound).containsEntry(11, cores(2, 5));
      seconds(minutes * 60 - 1, 0.5, 0.5);
      assertThat(machine.bound).containsEntry(11, cores(2, 5));
      seconds(1, 0, 0);
      assertThat(machine.bound).containsEntry(11, cores(2));
    }
  }

  @Test
  void loopThatWaitsStaysWhereNoOtherCoreRests() {
    seconds(60, 0.9, 0.2);
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(2), 12, cores(5)));
  }

  @Test
  void itsOwnCoreThatRestsDoesNotCount() {
    machine.restsToo = 2;
    seconds(60, 0.9, 0.2);
    assertThat(machine.bound).containsEntry(11, cores(2));
  }

  @Test
  void loopThatWaitsForAMomentStays() {
    for (int i = 0; i < 20; i++) {
      seconds(3, 0.9, 0.9);
      seconds(1, 0.1, 0.9);
    }
    assertThat(machine.bound).containsEntry(11, cores(2));
  }

  @Test
  void refusalIsTriedAgainLater() {
    machine.bound.clear();
    machine.asked = 0;
    machine.refuses = true;
    PinnedLoops refused = new PinnedLoops(machine, () -> List.of(11), 2, () -> machine.nanos);
    refused.look();
    refused.look();
    assertThat(machine.asked).isEqualTo(1);
    machine.refuses = false;
    machine.nanos += Duration.ofMinutes(1).toNanos();
    refused.look();
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(2)));
  }

  @Test
  void threadThatALoopBeganIsNotBoundWithIt() {
    machine.threads.addAll(List.of(30, 31));
    machine.bound.put(30, cores(5));
    machine.bound.put(31, cores(2, 5));
    loops.look();
    assertThat(machine.bound)
        .isEqualTo(Map.of(11, cores(2), 12, cores(5), 30, cores(2, 5), 31, cores(2, 5)));
  }

  @Test
  void threadThatBindsItselfIsLeftAlone() {
    machine.threads.add(30);
    loops.look();
    machine.bound.put(30, cores(5));
    loops.look();
    assertThat(machine.bound).containsEntry(30, cores(5));
  }

  /**
   * Seconds in which the first loop waits for a share of the time, and the core 5 rests for one.
   */
  private void seconds(int count, double waits, double rests) {
    for (int i = 0; i < count; i++) {
      machine.nanos += SECOND.toNanos();
      machine.waited += (long) (waits * SECOND.toNanos());
      machine.rest(5, rests);
      if (machine.restsToo > 0) {
        machine.rest(machine.restsToo, 1);
      }
      loops.look();
    }
  }

  private static BitSet cores(int... numbers) {
    BitSet cores = new BitSet();
    for (int number : numbers) {
      cores.set(number);
    }
    return cores;
  }

  private static final class Machine implements CpuScheduler {
    private final Map<Integer, BitSet> bound = new HashMap<>();
    private final Map<Integer, Long> idle = new TreeMap<>(Map.of(0, 0L, 2, 0L, 5, 0L));
    private final Set<Integer> threads = new HashSet<>(Set.of(1, 11, 12, 20));
    private BitSet own = PinnedLoopsTest.cores(2, 5);
    private boolean refuses;
    private int asked;
    private int restsToo;
    private long nanos = -5;
    private long waited = 77;

    void rest(int core, double share) {
      idle.merge(core, (long) (share * SECOND.toNanos()), Long::sum);
    }

    @Override
    public BitSet cores(int thread) {
      return bound.getOrDefault(thread, own);
    }

    @Override
    public boolean bind(int thread, BitSet cores) {
      asked++;
      if (!refuses) {
        bound.put(thread, cores);
      }
      return !refuses;
    }

    @Override
    public long waited(int thread) {
      return thread == 11 ? waited : 0;
    }

    @Override
    public Map<Integer, Long> idle() {
      return Map.copyOf(idle);
    }

    @Override
    public Set<Integer> threads() {
      return Set.copyOf(threads);
    }
  }
}
