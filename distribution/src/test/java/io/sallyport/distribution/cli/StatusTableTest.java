package io.sallyport.distribution.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.distribution.TestStatus;
import io.sallyport.distribution.status.AgentStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTableTest {
  private static final Paint PLAIN = new Paint(false);

  @Test
  void whatIsWrongStandsAtTheTopAndEveryEndpointOnALine() {
    assertThat(StatusTable.of(TestStatus.oneServiceWithADeadZone(), PLAIN))
        .isEqualTo(
            """
            sallyport 0.1.0, process 4711, epoll with 2 event loops, up 3h 12m
            catalog /etc/sallyport/catalog.conf, revision 1.4, taken 2m 5s ago
            17 sessions now, 90231 so far

            WRONG
              ! icr:443: endpoint z2 is down: Layer4 timeout

            icr  serving  172.20.0.7  icr.io cp.icr.io
              :443  open  17 sessions now, 90231 so far, 2 failed
                ENDPOINT             HEALTH    SESSIONS  FAILED  ZONE  ADDRESS            LAST CHECK
                z1-1.private.icr.io  3/3 UP           9       0  z1    10.1.0.4 port 443  Layer4 check passed
                z2-1.private.icr.io  0/3 DOWN         0       3  z2    10.2.0.4 port 443  Layer4 timeout

            addresses by loopback: 1 in place
            names by hosts-file: 1 in place
            """);
  }

  @Test
  void anEjectedEndpointSaysForHowMuchLonger() {
    assertThat(StatusTable.of(TestStatus.ejected(Duration.ofMillis(26_600)), PLAIN))
        .contains("3/3 UP", "Layer4 check passed  ejected for another 27s\n");
    assertThat(StatusTable.of(TestStatus.ejected(Duration.ofMillis(26_600)), new Paint(true)))
        .contains("\u001b[33m3/3 UP\u001b[0m");
  }

  @Test
  void wellnessIsSaidToo() {
    assertThat(StatusTable.of(TestStatus.allWell(), PLAIN))
        .contains("\n\nnothing is wrong\n\nicr  serving");
  }

  @Test
  void aRefusedCatalogShowsItsProblems() {
    AgentStatus status =
        AgentStatus.of("0.1.0", 4711, List.of(), TestStatus.refused(), TestStatus.node(List.of()));
    assertThat(StatusTable.of(status, PLAIN))
        .contains(
            """

            WRONG
              ! catalog: /etc/sallyport/catalog.conf was refused, and revision 1.4 goes on
                /etc/sallyport/catalog.conf:12: services.icr.adress: unknown key; did you mean "address"?

            """);
  }

  @Test
  void coloursTellHealthAndLeaveTheColumnsAlone() {
    String coloured = StatusTable.of(TestStatus.oneServiceWithADeadZone(), new Paint(true));
    assertThat(coloured)
        .contains("\u001b[32m3/3 UP\u001b[0m  ", "\u001b[31m0/3 DOWN\u001b[0m", "\u001b[31m! ");
    assertThat(coloured.replaceAll("\u001b\\[\\d+m", ""))
        .isEqualTo(StatusTable.of(TestStatus.oneServiceWithADeadZone(), PLAIN));
  }

  @Test
  void coloursOnlyOnATerminalThatWantsThem() {
    Map<String, String> terminal = Map.of("TERM", "xterm");
    assertThat(Paint.of(true, terminal).on()).isTrue();
    assertThat(Paint.of(false, terminal).on()).isFalse();
    assertThat(Paint.of(true, Map.of("TERM", "dumb")).on()).isFalse();
    assertThat(Paint.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1")).on()).isFalse();
    assertThat(Paint.of(true, Map.of("TERM", "xterm", "NO_COLOR", "")).on()).isTrue();
  }
}
