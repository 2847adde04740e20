package io.sallyport.distribution.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.distribution.FixedClock;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.SessionEnd;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EngineEventLogTest {
  private static final CheckResult REFUSED =
      CheckResult.of(
          CheckStatus.LAYER4_CONNECTION_PROBLEM, Duration.ofMillis(2), "Connection refused");

  @Test
  void aSessionSaysWhoWhereHowLongAndWhy() {
    assertThat(lines(session(SessionEnd.COMPLETED, "z1", Duration.ofMillis(3))))
        .containsExactly(
            "INFO  session ended service=icr port=443 client=172.20.0.1:51234 end=completed"
                + " endpoint=z1 connect_ms=3 total_ms=1532 bytes_up=517 bytes_down=90210 attempts=2"
                + " active=7");
  }

  @Test
  void aSessionThatReachedNobodyNamesNoEndpoint() {
    assertThat(lines(session(SessionEnd.CONNECT_REFUSED, "", Duration.ofMillis(-1))))
        .containsExactly(
            "INFO  session ended service=icr port=443 client=172.20.0.1:51234 end=connect-refused"
                + " total_ms=1532 bytes_up=517 bytes_down=90210 attempts=2 active=7");
  }

  @ParameterizedTest
  @EnumSource(SessionEnd.class)
  void sessionsAreLoggedAsAskedFor(SessionEnd end) {
    EngineEvent event = session(end, "z1", Duration.ZERO);
    boolean byItsOwnWill =
        switch (end) {
          case COMPLETED, CLIENT_ABORTED, CLIENT_TIMEOUT -> true;
          default -> false;
        };
    assertThat(lines(SessionLog.OFF, LogFormat.KEY_VALUES, event)).isEmpty();
    assertThat(lines(SessionLog.FAILED, LogFormat.KEY_VALUES, event)).hasSize(byItsOwnWill ? 0 : 1);
    assertThat(lines(SessionLog.ALL, LogFormat.KEY_VALUES, event)).hasSize(1);
  }

  @Test
  void healthTellsTheProbeThatChangedIt() {
    assertThat(lines(new EngineEvent.HealthChanged("icr", 443, "z1", false, REFUSED, "2/3 UP")))
        .containsExactly(
            "INFO  endpoint health changed service=icr port=443 endpoint=z1"
                + " check=\"Layer4 connection problem\" info=\"Connection refused\" check_ms=2"
                + " health=\"2/3 UP\"");
  }

  @Test
  void verdictsAreWarningsWhenTheyAreBad() {
    CheckResult passed = CheckResult.of(CheckStatus.LAYER4_PASSED, Duration.ofMillis(1), "");
    assertThat(
            lines(
                new EngineEvent.VerdictChanged("icr", 443, "z1", false, false, REFUSED, 2, 0, 5, 4),
                new EngineEvent.VerdictChanged("icr", 443, "z4", true, true, passed, 2, 1, 0, 0)))
        .containsExactly(
            "WARN  endpoint is down service=icr port=443 endpoint=z1"
                + " check=\"Layer4 connection problem\" info=\"Connection refused\" check_ms=2"
                + " role=primary primaries_up=2 backups_up=0 sessions_closed=4",
            "INFO  endpoint is up service=icr port=443 endpoint=z4 check=\"Layer4 check passed\""
                + " check_ms=1 role=backup primaries_up=2 backups_up=1 sessions_closed=0");
  }

  @Test
  void avoidanceAndFailOpenAreToldBothWays() {
    assertThat(
            lines(
                new EngineEvent.EndpointAvoided("icr", 443, "z1", true, "connect refused"),
                new EngineEvent.EndpointAvoided("icr", 443, "z1", false, "probe passed"),
                new EngineEvent.FailOpen("icr", 443, true, "all endpoints are down"),
                new EngineEvent.FailOpen("icr", 443, false, "z1 is up")))
        .containsExactly(
            "WARN  new sessions avoid the endpoint service=icr port=443 endpoint=z1"
                + " reason=\"connect refused\"",
            "INFO  new sessions use the endpoint again service=icr port=443 endpoint=z1"
                + " reason=\"probe passed\"",
            "WARN  sessions go to endpoints whose checks have not passed service=icr port=443"
                + " reason=\"all endpoints are down\"",
            "INFO  sessions go to checked endpoints again service=icr port=443"
                + " reason=\"z1 is up\"");
  }

  @Test
  void ejectionIsToldBothWays() {
    assertThat(
            lines(
                new EngineEvent.EndpointEjected(
                    "icr", 443, "z1", true, Duration.ofSeconds(30), "5 sessions failed"),
                new EngineEvent.EndpointEjected(
                    "icr", 443, "z1", false, Duration.ZERO, "its time is over")))
        .containsExactly(
            "WARN  endpoint is ejected service=icr port=443 endpoint=z1"
                + " reason=\"5 sessions failed\" time_ms=30000",
            "INFO  endpoint is no longer ejected service=icr port=443 endpoint=z1"
                + " reason=\"its time is over\"");
  }

  @Test
  void aFailedServiceIsAnError() {
    assertThat(
            lines(
                new EngineEvent.PhaseChanged("icr", "serving", ""),
                new EngineEvent.PhaseChanged("icr", "failed", "the address is taken")))
        .containsExactly(
            "INFO  service moved on service=icr phase=serving",
            "ERROR service failed service=icr phase=failed reason=\"the address is taken\"");
  }

  @Test
  void namesThatCannotBeAskedForKeepTheirAddresses() {
    assertThat(
            lines(
                new EngineEvent.HostResolved("z1.icr.io", List.of("10.0.0.1", "10.0.0.2"), ""),
                new EngineEvent.HostResolved("z1.icr.io", List.of("10.0.0.1"), "SERVFAIL")))
        .containsExactly(
            "INFO  host resolved host=z1.icr.io addresses=10.0.0.1,10.0.0.2",
            "WARN  host could not be resolved host=z1.icr.io addresses=10.0.0.1 reason=SERVFAIL");
  }

  @Test
  void aCatalogTellsEachOfItsFaults() {
    assertThat(
            lines(
                new EngineEvent.CatalogApplied(
                    new Revision(1, 4),
                    2,
                    1,
                    Duration.ofMillis(12),
                    List.of("icr: port 443 is in use"))))
        .containsExactly(
            "INFO  catalog applied revision=1.4 services=2 changed=1 took_ms=12 faults=1",
            "WARN  a part of the catalog does not work revision=1.4"
                + " reason=\"icr: port 443 is in use\"");
  }

  @Test
  void faultsWithoutNumberDoNotDrownTheLog() {
    List<String> faults = IntStream.range(0, 7_833).mapToObj(i -> "s" + i + ": down").toList();
    assertThat(
            lines(
                new EngineEvent.CatalogApplied(
                    new Revision(1, 4), 10_000, 1, Duration.ZERO, faults)))
        .hasSize(1 + 100 + 1)
        .endsWith(
            "WARN  more parts of the catalog do not work: the status tells all revision=1.4"
                + " count=7733");
  }

  @Test
  void injectionsTellChangesNotesAndRefusals() {
    assertThat(
            lines(
                new EngineEvent.Injected("hosts-file", 2, "", List.of()),
                new EngineEvent.Injected("hosts-file", 0, "/etc/hosts was replaced", List.of()),
                new EngineEvent.Injected("loopback", 0, "", List.of("172.20.0.7: not permitted"))))
        .containsExactly(
            "INFO  node changed injector=hosts-file changes=2",
            "WARN  injector found something to know injector=hosts-file"
                + " note=\"/etc/hosts was replaced\"",
            "ERROR the node refused an injection injector=loopback"
                + " reason=\"172.20.0.7: not permitted\"");
  }

  @Test
  void inHaproxysFormSessionsAndHealthAreItsLinesAndTheRestIsOurs() {
    assertThat(
            lines(
                SessionLog.FAILED,
                LogFormat.HAPROXY,
                session(SessionEnd.COMPLETED, "z1", Duration.ofMillis(3)),
                session(SessionEnd.CONNECT_REFUSED, "z1", Duration.ofMillis(-1)),
                new EngineEvent.HealthChanged("icr", 443, "z1", false, REFUSED, "2/3 UP"),
                new EngineEvent.VerdictChanged("icr", 443, "z1", false, false, REFUSED, 2, 0, 5, 4),
                new EngineEvent.PhaseChanged("icr", "serving", "")))
        .containsExactly(
            "172.20.0.1:51234 [23/Nov/2026:02:13:46.123] icr:443 icr:443/z1 0/-1/1532 90210 SC"
                + " 7/3/2/0/+1 0/0",
            "Health check for server icr:443/z1 failed, reason: Layer4 connection problem, info:"
                + " \"Connection refused\", check duration: 2ms, status: 2/3 UP.",
            "Server icr:443/z1 is DOWN. 2 active and 0 backup servers left. 5 sessions active, 0"
                + " requeued, 0 remaining in queue.",
            "INFO  service moved on service=icr phase=serving");
  }

  private static EngineEvent session(SessionEnd end, String endpoint, Duration connect) {
    return new EngineEvent.SessionEnded(
        "icr",
        443,
        new InetSocketAddress("172.20.0.1", 51234),
        Instant.parse("2026-11-23T02:13:46.123Z"),
        endpoint,
        connect,
        Duration.ofMillis(1532),
        517,
        90_210,
        end,
        2,
        true,
        new EngineEvent.ActiveSessions(7, 3, 1));
  }

  private static List<String> lines(EngineEvent... events) {
    return lines(SessionLog.ALL, LogFormat.KEY_VALUES, events);
  }

  private static List<String> lines(SessionLog sessions, LogFormat format, EngineEvent... events) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LoggerContext context = new LoggerContext();
    LogSettings settings = new LogSettings(format, LogLevel.INFO, sessions, 1024);
    Logging logging =
        Logging.start(context, settings, out, new FixedClock("2026-11-23T02:13:46.123Z"));
    EngineEventLog log = new EngineEventLog(context, settings, ZoneOffset.UTC);
    Stream.of(events).forEach(log::happened);
    logging.close();
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceFirst("^\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z ", ""))
        .toList();
  }
}
