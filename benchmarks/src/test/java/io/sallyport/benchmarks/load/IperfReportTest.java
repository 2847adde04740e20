package io.sallyport.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IperfReportTest {
  @Test
  void readsWhatArrivedAndNotWhatWasSentAndMindsNoKeyThatIsThereTwice() {
    String json =
        """
        {
          "start": {"sock_bufsize": 0, "connected": [{"socket": 5}], "sock_bufsize": 0},
          "intervals": [],
          "end": {
            "sum_sent": {"seconds": 2.0, "bytes": 3900000000, "bits_per_second": 15600000000.5},
            "sum_received": {"seconds": 2.01, "bytes": 3800000000, "bits_per_second": 15124378109.4}
          }
        }
        """;
    assertThat(IperfReport.of(json)).isEqualTo(new IperfReport(3_800_000_000L, 15_124_378_109.4));
  }

  @Test
  void passesOnWhatIperfSaysIsWrong() {
    assertThatThrownBy(() -> IperfReport.of("{\"error\": \"the server is busy running a test\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("iperf3: the server is busy running a test");
  }
}
