package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import io.sallyport.engine.transport.CpuScheduler.Waits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Linux tells of threads, in its own words and in those of odd machines. */
@EnabledIf(
    value = "io.sallyport.engine.DescriptorsTest#linux",
    disabledReason = "only Linux has such a scheduler")
final class LinuxSchedulerTest {
  @TempDir Path tasks;

  @Test
  void thisMachineCountsWhatAThreadWaits() throws Exception {
    int main = Math.toIntExact(ProcessHandle.current().pid());
    Waits waits = new LinuxScheduler().waits(main);
    assertThat(waits.nanos()).isNotNegative();
    assertThat(waits.turns()).isPositive();
  }

  @Test
  void threadThatHasEndedIsToldOf() {
    LinuxScheduler scheduler = new LinuxScheduler();
    assertThatThrownBy(() -> scheduler.waits(Integer.MAX_VALUE))
        .isInstanceOf(UntoldException.class);
    assertThatThrownBy(() -> scheduler.batch(Integer.MAX_VALUE, true))
        .isInstanceOf(UntoldException.class)
        .hasMessage("sched_setscheduler() refuses for thread " + Integer.MAX_VALUE);
  }

  @Test
  void waitsAreTheSecondAndTheThirdNumber() throws Exception {
    schedstat("316283592 749422067 3201\n");
    assertThat(new LinuxScheduler(tasks).waits(7)).isEqualTo(new Waits(749_422_067, 3_201));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 0 0\n", "316283592 5\n", "5 6 many\n", "5 many 6\n"})
  void threadWhoseWaitsAreNotCountedIsUntold(String text) throws Exception {
    schedstat(text);
    assertThatThrownBy(() -> new LinuxScheduler(tasks).waits(7))
        .isInstanceOf(UntoldException.class)
        .hasMessageContaining("schedstat");
  }

  private void schedstat(String text) throws IOException {
    Files.writeString(Files.createDirectories(tasks.resolve("7")).resolve("schedstat"), text);
  }
}
