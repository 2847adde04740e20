package io.sallyport.engine.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.engine.event.EngineEvent.ActiveSessions;
import io.sallyport.engine.event.EngineEvent.HealthChanged;
import io.sallyport.engine.event.EngineEvent.Queued;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.EngineEvent.VerdictChanged;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The expected lines are those that HAProxy 2.6 wrote on a loopback set-up of the seed's form, with
 * the names and the numbers of these events; where its waiting time was 1 ms, it is 0 here.
 */
class HaproxyLinesTest {
  private static final Instant ACCEPTED = Instant.parse("2026-02-06T12:12:09.655Z");
  private static final CheckResult PASSED =
      CheckResult.of(CheckStatus.LAYER4_PASSED, Duration.ofNanos(350_000), "");
  private static final CheckResult REFUSED =
      CheckResult.of(CheckStatus.LAYER4_CONNECTION_PROBLEM, Duration.ZERO, "Connection refused");

  private final HaproxyLines lines = new HaproxyLines(ZoneOffset.UTC);

  private static SessionEnded session(
      String endpoint, long connect, long total, long down, SessionEnd end, ActiveSessions active) {
    return new SessionEnded(
        "icr",
        443,
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 33078),
        ACCEPTED,
        endpoint,
        Duration.ofMillis(connect),
        Duration.ofMillis(total),
        2,
        down,
        end,
        endpoint.isEmpty() ? 0 : 1,
        false,
        active);
  }

  private static VerdictChanged verdict(
      String endpoint, boolean backup, boolean up, int primaries, int backups, int sessions) {
    return new VerdictChanged(
        "icr", 443, endpoint, backup, up, PASSED, primaries, backups, sessions, sessions);
  }

  @Test
  void completedSession() {
    assertThat(
            lines.of(session("z1", 0, 6, 1000, SessionEnd.COMPLETED, new ActiveSessions(1, 1, 1))))
        .containsExactly(
            "127.0.0.1:33078 [06/Feb/2026:12:12:09.655] icr:443 icr:443/z1 0/0/6 1000 -- 1/1/0/0/0"
                + " 0/0");
  }

  @Test
  void sessionThatTheClientBrokeBesideOthers() {
    assertThat(
            lines.of(
                session("z1", 0, 488, 0, SessionEnd.CLIENT_ABORTED, new ActiveSessions(4, 2, 2))))
        .containsExactly(
            "127.0.0.1:33078 [06/Feb/2026:12:12:09.655] icr:443 icr:443/z1 0/0/488 0 CD 4/2/1/1/0"
                + " 0/0");
  }

  @Test
  void sessionThatMovedToAnotherEndpoint() {
    SessionEnded one = session("z1", 3, 7, 1000, SessionEnd.COMPLETED, new ActiveSessions(2, 1, 1));
    SessionEnded moved =
        new SessionEnded(
            one.service(),
            one.port(),
            one.client(),
            one.accepted(),
            one.endpoint(),
            one.connect(),
            one.total(),
            one.bytesUp(),
            one.bytesDown(),
            one.end(),
            2,
            true,
            one.active());

    assertThat(lines.of(moved))
        .containsExactly(
            "127.0.0.1:33078 [06/Feb/2026:12:12:09.655] icr:443 icr:443/z1 0/3/7 1000 -- 2/1/0/0/+1"
                + " 0/0");
  }

  /** As HAProxy 2.6 logs them, with a server of {@code maxconn 1}. */
  @Test
  void sessionsThatWaited() {
    SessionEnded served =
        session("z1", 301, 705, 1, SessionEnd.COMPLETED, new ActiveSessions(1, 1, 1));
    SessionEnded tooLong =
        session("", -1, 703, 0, SessionEnd.QUEUE_TIMEOUT, new ActiveSessions(2, 2, 0));
    SessionEnded left =
        session("", -1, 101, 0, SessionEnd.CLIENT_ABORTED_QUEUED, new ActiveSessions(2, 2, 0));

    assertThat(lines.of(queued(served, 301, 1)).getFirst())
        .endsWith(" icr:443/z1 301/0/705 1 -- 1/1/0/0/0 0/1");
    assertThat(lines.of(queued(tooLong, 703, 2)).getFirst())
        .endsWith(" icr:443/<NOSRV> 703/-1/703 0 sQ 2/2/1/0/0 0/2");
    assertThat(lines.of(queued(left, 101, 1)).getFirst())
        .endsWith(" icr:443/<NOSRV> 101/-1/101 0 CQ 2/2/1/0/0 0/1");
  }

  private static SessionEnded queued(SessionEnded one, int millis, int position) {
    return new SessionEnded(
        one.service(),
        one.port(),
        one.client(),
        one.accepted(),
        one.endpoint(),
        one.connect(),
        one.total(),
        one.bytesUp(),
        one.bytesDown(),
        one.end(),
        one.attempts(),
        one.moved(),
        one.active(),
        new Queued(Duration.ofMillis(millis), position));
  }

  @Test
  void sessionThatNoEndpointTook() {
    assertThat(
            lines.of(
                session("z1", -1, 0, 0, SessionEnd.CONNECT_REFUSED, new ActiveSessions(3, 1, 1))))
        .containsExactly(
            "127.0.0.1:33078 [06/Feb/2026:12:12:09.655] icr:443 icr:443/z1 0/-1/0 0 SC 3/1/0/0/0"
                + " 0/0");
  }

  @Test
  void sessionWithoutAnyEndpointToTry() {
    assertThat(lines.of(session("", -1, 0, 0, SessionEnd.NO_ENDPOINT, new ActiveSessions(1, 1, 0))))
        .containsExactly(
            "127.0.0.1:33078 [06/Feb/2026:12:12:09.655] icr:443 icr:443/<NOSRV> -1/-1/0 0 SC"
                + " 1/1/0/0/0 0/0");
  }

  @Test
  void killedSessionsNameNoPhase() {
    ActiveSessions active = new ActiveSessions(4, 4, 2);

    assertThat(lines.of(session("z1", 0, 822, 0, SessionEnd.ENDPOINT_DOWN, active)).getFirst())
        .endsWith(" icr:443/z1 0/0/822 0 D- 4/4/3/1/0 0/0");
    assertThat(lines.of(session("bk", 0, 211, 0, SessionEnd.BACKUP_RELIEVED, active)).getFirst())
        .endsWith(" icr:443/bk 0/0/211 0 U- 4/4/3/1/0 0/0");
    assertThat(lines.of(session("z2", 0, 3418, 0, SessionEnd.DRAINED, active)).getFirst())
        .endsWith(" icr:443/z2 0/0/3418 0 K- 4/4/3/1/0 0/0");
  }

  @Test
  void clientOfIpVersion6HasNoBrackets() {
    SessionEnded one = session("z1", 0, 6, 1000, SessionEnd.COMPLETED, new ActiveSessions(1, 1, 1));
    SessionEnded six =
        new SessionEnded(
            one.service(),
            one.port(),
            new InetSocketAddress(InetAddress.ofLiteral("fd00::7"), 5000),
            one.accepted(),
            one.endpoint(),
            one.connect(),
            one.total(),
            one.bytesUp(),
            one.bytesDown(),
            one.end(),
            one.attempts(),
            one.moved(),
            one.active());

    assertThat(lines.of(six).getFirst()).startsWith("fd00::7:5000 [");
  }

  @Test
  void dateIsOfTheZoneAndHasEnglishMonths() {
    HaproxyLines tokyo = new HaproxyLines(ZoneId.of("Asia/Tokyo"));
    SessionEnded one = session("z1", 0, 6, 1000, SessionEnd.COMPLETED, new ActiveSessions(1, 1, 1));
    SessionEnded september =
        new SessionEnded(
            one.service(),
            one.port(),
            one.client(),
            Instant.parse("2026-08-31T23:00:00.007Z"),
            one.endpoint(),
            one.connect(),
            one.total(),
            one.bytesUp(),
            one.bytesDown(),
            one.end(),
            one.attempts(),
            one.moved(),
            one.active());

    assertThat(tokyo.of(september).getFirst()).contains(" [01/Sep/2026:08:00:00.007] ");
  }

  @ParameterizedTest
  @EnumSource
  void everyEndHasTwoCharactersOfHaproxys(SessionEnd end) {
    assertThat(end.code()).matches("[CSPLRIDUKcs-][RQCDL-]");
  }

  @Test
  void checkThatPassed() {
    assertThat(lines.of(new HealthChanged("icr", 443, "z1", false, PASSED, "3/3 UP")))
        .containsExactly(
            "Health check for server icr:443/z1 succeeded, reason: Layer4 check passed, check"
                + " duration: 0ms, status: 3/3 UP.");
  }

  @Test
  void checkOfABackupThatFailed() {
    assertThat(lines.of(new HealthChanged("icr", 443, "bk", true, REFUSED, "2/3 UP")))
        .containsExactly(
            "Health check for backup server icr:443/bk failed, reason: Layer4 connection problem,"
                + " info: \"Connection refused\", check duration: 0ms, status: 2/3 UP.");
  }

  @Test
  void checkWithACodeAndAnAwkwardInfo() {
    CheckResult result =
        new CheckResult(
            CheckStatus.LAYER7_WRONG_STATUS,
            Duration.ofMillis(12),
            OptionalInt.of(503),
            "a \"quoted\" <b>\né");

    assertThat(lines.of(new HealthChanged("icr", 443, "z1", false, result, "0/3 DOWN")))
        .containsExactly(
            "Health check for server icr:443/z1 failed, reason: Layer7 wrong status, code: 503,"
                + " info: \"a <22>quoted<22> <3C>b<3E><0A><C3><A9>\", check duration: 12ms, status:"
                + " 0/3 DOWN.");
  }

  @Test
  void serverThatGoesDown() {
    assertThat(lines.of(verdict("z1", false, false, 1, 1, 2)))
        .containsExactly(
            "Server icr:443/z1 is DOWN. 1 active and 1 backup servers left. 2 sessions active, 0"
                + " requeued, 0 remaining in queue.");
  }

  @Test
  void lastActiveServerThatGoesDown() {
    assertThat(lines.of(verdict("z2", false, false, 0, 1, 0)))
        .containsExactly(
            "Server icr:443/z2 is DOWN. 0 active and 1 backup servers left. Running on backup. 0"
                + " sessions active, 0 requeued, 0 remaining in queue.");
  }

  @Test
  void lastServerThatGoesDownLeavesTheBackendWithNone() {
    assertThat(lines.of(verdict("bk", true, false, 0, 0, 0)))
        .containsExactly(
            "Backup Server icr:443/bk is DOWN. 0 active and 0 backup servers left. 0 sessions"
                + " active, 0 requeued, 0 remaining in queue.",
            "backend icr:443 has no server available!");
  }

  @Test
  void serversThatComeUp() {
    assertThat(lines.of(verdict("bk", true, true, 0, 1, 0)))
        .containsExactly(
            "Backup Server icr:443/bk is UP. 0 active and 1 backup servers online. Running on"
                + " backup. 0 sessions requeued, 0 total in queue.");
    assertThat(lines.of(verdict("z1", false, true, 1, 1, 0)))
        .containsExactly(
            "Server icr:443/z1 is UP. 1 active and 1 backup servers online. 0 sessions requeued, 0"
                + " total in queue.");
  }

  @Test
  void namesCannotBreakALine() {
    assertThat(lines.of(new HealthChanged("icr", 443, "z1\nServer x", false, PASSED, "3/3 UP")))
        .containsExactly(
            "Health check for server icr:443/z1_Server_x succeeded, reason: Layer4 check passed,"
                + " check duration: 0ms, status: 3/3 UP.");
  }

  @Test
  void whatHaproxyDoesNotLogHasNoLine() {
    assertThat(lines.of(new EngineEvent.PhaseChanged("icr", "serving", ""))).isEmpty();
    assertThat(lines.of(new EngineEvent.HostResolved("z1", List.of("10.1.2.3"), ""))).isEmpty();
    assertThat(lines.of(new EngineEvent.EndpointAvoided("icr", 443, "z1", true, "x"))).isEmpty();
    assertThat(
            lines.of(
                new EngineEvent.EndpointEjected(
                    "icr", 443, "z1", true, Duration.ofSeconds(1), "x")))
        .isEmpty();
    assertThat(lines.of(new EngineEvent.FailOpen("icr", 443, true, "x"))).isEmpty();
  }
}
