package io.sallyport.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.engine.transport.CpuScheduler.UntoldException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Linux tells of threads and cores, in its own words and in those of odd machines. */
@EnabledIf(
    value = "io.sallyport.engine.DescriptorsTest#linux",
    disabledReason = "only Linux has such a scheduler")
final class LinuxSchedulerTest {
  @TempDir Path proc;

  @Test
  void thisMachineTellsAllThatIsAsked() {
    LinuxScheduler scheduler = new LinuxScheduler();
    int main = Math.toIntExact(ProcessHandle.current().pid());
    assertThat(scheduler.idle().keySet()).containsAll(scheduler.cores(0).stream().boxed().toList());
    assertThat(scheduler.threads()).contains(main);
    assertThat(scheduler.waited(main)).isNotNegative();
    assertThat(scheduler.waited(0)).isNotNegative();
  }

  @Test
  void threadThatHasEndedIsToldOf() {
    LinuxScheduler scheduler = new LinuxScheduler();
    assertThat(scheduler.bind(Integer.MAX_VALUE, scheduler.cores(0))).isFalse();
    assertThatThrownBy(() -> scheduler.cores(Integer.MAX_VALUE))
        .isInstanceOf(UntoldException.class);
    assertThatThrownBy(() -> scheduler.waited(Integer.MAX_VALUE))
        .isInstanceOf(UntoldException.class);
  }

  @Test
  void coreRestsAlsoWhileItWaitsForADisk() throws Exception {
    Files.writeString(
        proc.resolve("stat"),
        """
        cpu  100 0 50 900 9 0 3 0 0 0
        cpu0 40 0 20 450 7 0 2 0 0 0
        cpu12 60 0 30 440 2 0 1 0 0 0
        intr 123 4 5
        ctxt 77
        """);
    assertThat(new LinuxScheduler(proc).idle())
        .isEqualTo(Map.of(0, 4_570_000_000L, 12, 4_420_000_000L));
  }

  @Test
  void waitingIsTheSecondNumber() throws Exception {
    schedstat("7", "316283592 749422067 3201\n");
    assertThat(new LinuxScheduler(proc).waited(7)).isEqualTo(749_422_067);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 0 0\n", "316283592\n", "many 5 6\n", "5 many 6\n"})
  void threadWhoseWaitingIsNotCountedIsUntold(String text) throws Exception {
    schedstat("7", text);
    assertThatThrownBy(() -> new LinuxScheduler(proc).waited(7))
        .isInstanceOf(UntoldException.class)
        .hasMessageContaining("schedstat");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu0 1 2 3\n", "cpu0 1 2 3 x 5\n"})
  void coresThatAreToldOddlyAreUntold(String text) throws Exception {
    Files.writeString(proc.resolve("stat"), text);
    assertThatThrownBy(() -> new LinuxScheduler(proc).idle())
        .isInstanceOf(UntoldException.class)
        .hasMessageContaining("stat");
  }

  @Test
  void procThatIsNotThereIsUntold() {
    LinuxScheduler scheduler = new LinuxScheduler(proc);
    assertThatThrownBy(scheduler::threads).isInstanceOf(UntoldException.class);
    assertThatThrownBy(scheduler::idle).isInstanceOf(UntoldException.class);
  }

  private void schedstat(String thread, String text) throws IOException {
    Path task = Files.createDirectories(proc.resolve("self").resolve("task").resolve(thread));
    Files.writeString(task.resolve("schedstat"), text);
  }
}
