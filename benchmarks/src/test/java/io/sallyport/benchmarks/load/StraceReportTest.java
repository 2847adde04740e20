package io.sallyport.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StraceReportTest {
  private static final String TABLE =
      """
      % time     seconds  usecs/call     calls    errors syscall
      ------ ----------- ----------- --------- --------- ----------------
       45.10    0.045098          11      4000       998 recvfrom
       30.00    0.030000          30      1000           sendto
       20.40    0.020400          20      1000           clock_gettime
        4.50    0.004500           9       500       500 accept4
      ------ ----------- ----------- --------- --------- ----------------
      100.00    0.099998          15      6500      1498 total
      """;

  @Test
  void countsCallsWhetherTheyFailedOrNotAndNotTheTotal() {
    assertThat(StraceReport.of(TABLE).calls())
        .isEqualTo(
            Map.of("recvfrom", 4000L, "sendto", 1000L, "clock_gettime", 1000L, "accept4", 500L));
  }

  @Test
  void readsOfTheClockCountApart() {
    StraceReport report = StraceReport.of(TABLE);
    assertThat(report.work()).isEqualTo(5_500);
    assertThat(report.clockReads()).isEqualTo(1_000);
  }

  @Test
  void saysWhatItCouldNotRead() {
    assertThatThrownBy(() -> StraceReport.of("strace: attach: Operation not permitted"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not what strace -c prints: strace: attach: Operation not permitted");
  }
}
