package io.sallyport.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcFilesTest {
  @Test
  void addsUserAndSystemTimeWhateverTheCommandIsCalled() {
    String stat = "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 900 0 5 0 123 45 7 8 20 0 3 0 99";
    assertThat(ProcFiles.cpu(stat)).isEqualTo(Duration.ofMillis(1_680));
  }

  @Test
  void readsResidentMemory() {
    assertThat(ProcFiles.resident("Name:\tjava\nVmHWM:\t   90000 kB\nVmRSS:\t   81920 kB\n"))
        .isEqualTo(80L << 20);
    assertThatThrownBy(() -> ProcFiles.resident("Name:\tjava\nState:\tZ (zombie)\n"))
        .isInstanceOf(ProcessFaultException.class)
        .hasMessage("no VmRSS, so the process has ended");
  }

  @Test
  void countsThoseThatListenInTheNetworkAskedFor() {
    List<String> lines =
        List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt",
            "   0: 01104D7F:46A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000",
            "9999: 02104D7F:46A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000",
            "   4: 0000000000000000FFFF000003104D7F:46A0 00000000000000000000000000000000:0000 0A"
                + " 0",
            "   5: 00000000000000000000000001104D7F:46A0 00000000000000000000000000000000:0000 0A"
                + " 0",
            "   2: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000",
            "   3: 01104D7F:46A0 01104D7F:9C40 01 00000000:00000000 00:00000000 00000000");
    assertThat(ProcFiles.listeners(lines, 127, 77)).isEqualTo(3);
  }
}
