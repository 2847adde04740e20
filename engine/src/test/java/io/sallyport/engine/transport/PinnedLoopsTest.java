package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import io.sallyport.engine.transport.LoopThreads.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops 11 and 12 on the cores 2 and 5, by a scheduler and a clock that stand still. */
final class PinnedLoopsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Machine machine = new Machine();
  private PinnedLoops loops;

  @BeforeEach
  void bound() {
    loops = loops(2, () -> List.of(new Running(0, 11), new Running(1, 12)));
    loops.look();
  }

  @Test
  void eachLoopHasACoreOfItsOwn() {
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(2), 12, cores(5)));
  }

  @Test
  void loopsThatStartLaterAreBoundThen() {
    machine.bound.clear();
    List<Running> running = new ArrayList<>();
    PinnedLoops later = loops(2, () -> running);
    later.look();
    assertThat(machine.bound).isEmpty();
    running.add(new Running(1, 12));
    later.look();
    assertThat(machine.bound).isEqualTo(Map.of(12, cores(5)));
    running.add(new Running(0, 11));
    later.look();
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(2), 12, cores(5)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void nothingIsBoundUnlessThereIsOneLoopForEachCore(int count) {
    machine.bound.clear();
    loops(count, () -> List.of(new Running(0, 11))).look();
    assertThat(machine.bound).isEmpty();
  }

  @Test
  void nothingIsBoundWhereACoreDoesNotTellWhetherItRests() {
    machine.bound.clear();
    machine.idle.remove(5);
    loops(2, () -> List.of(new Running(0, 11))).look();
    assertThat(machine.bound).isEmpty();
  }

  @Test
  void otherCoresThatTheProcessMayUseAreTaken() {
    machine.threads.add(30);
    machine.bound.put(30, cores(2));
    loops.look();
    machine.own = cores(5, 7);
    machine.idle.put(7, 0L);
    loops.look();
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(5), 12, cores(7), 30, cores(5, 7)));
    machine.own = cores(2, 5, 7);
    loops.look();
    assertThat(machine.bound)
        .as("more cores than loops")
        .isEqualTo(Map.of(11, cores(2, 5, 7), 12, cores(2, 5, 7), 30, cores(2, 5, 7)));
  }

  @Test
  void allAreFreeForAMinuteWhenTheKernelDoesNotTell() {
    machine.threads.add(30);
    machine.bound.put(30, cores(2));
    loops.look();
    machine.silent = true;
    loops.look();
    Map<Integer, BitSet> free = Map.of(11, cores(2, 5), 12, cores(2, 5), 30, cores(2, 5));
    assertThat(machine.bound).isEqualTo(free);
    machine.silent = false;
    seconds(59, 0, 0);
    assertThat(machine.bound).isEqualTo(free);
    seconds(1, 0, 0);
    assertThat(machine.bound).isEqualTo(Map.of(11, cores(2), 12, cores(5), 30, cores(2, 5)));
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
    PinnedLoops refused = loops(2, () -> List.of(new Running(0, 11)));
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
  void threadThatIsBoundToACoreOfNoLoopIsLeftAlone() {
    seconds(4, 0.5, 0.5);
    machine.threads.add(30);
    machine.bound.put(30, cores(2));
    loops.look();
    assertThat(machine.bound).containsEntry(11, cores(2, 5)).containsEntry(30, cores(2));
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

  private PinnedLoops loops(int count, Supplier<List<Running>> running) {
    return new PinnedLoops(machine, running, count, () -> machine.nanos);
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
    private boolean silent;
    private int asked;
    private int restsToo;
    private long nanos = -5;
    private long waited = 77;

    void rest(int core, double share) {
      idle.merge(core, (long) (share * SECOND.toNanos()), Long::sum);
    }

    @Override
    public BitSet cores(int thread) {
      return thread == 0 ? own : bound.getOrDefault(thread, own);
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
      if (silent) {
        throw new UntoldException("not today");
      }
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
