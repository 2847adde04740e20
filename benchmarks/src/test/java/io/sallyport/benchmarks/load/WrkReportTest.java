package io.sallyport.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WrkReportTest {
  private static final String CALM =
      """
      Running 3s test @ http://127.77.0.1:18080/
        2 threads and 64 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency   560.36us  451.27us  14.93ms   92.35%
          Req/Sec    58.76k     5.86k   71.29k    70.97%
        352340 requests in 3.01s, 53.43MB read
      Requests/sec: 117066.46
      Transfer/sec:     17.75MB
      """;

  @Test
  void readsRequestsAndTheirRate() {
    assertThat(WrkReport.of(CALM)).isEqualTo(new WrkReport(352_340, 117_066.46, 0));
  }

  @Test
  void countsWhatWentWrongOnSocketsAndInAnswers() {
    String troubled =
        CALM.replace(
            "Requests/sec",
            "  Socket errors: connect 1, read 20, write 300, timeout 4000\n"
                + "  Non-2xx or 3xx responses: 50000\nRequests/sec");
    assertThat(WrkReport.of(troubled).errors()).isEqualTo(54_321);
  }

  @Test
  void saysWhatItCouldNotRead() {
    assertThatThrownBy(() -> WrkReport.of("unable to connect to 127.77.0.1:18080"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "not what wrk prints, no \"(\\d+) requests in \": unable to connect to"
                + " 127.77.0.1:18080");
  }
}
