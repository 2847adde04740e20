package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.event.EngineEvent.EndpointAvoided;
import io.sallyport.engine.event.EngineEvent.FailOpen;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.EngineEvent.VerdictChanged;
import io.sallyport.engine.event.SessionEnd;
import java.net.Socket;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What verdicts do to sessions, seen by real clients. */
final class HealthPoliciesTest {
  private static final Duration SEEDS_INTERVAL = Duration.ofSeconds(60);

  @Test
  void deadEndpointIsAvoidedWithinSecondsThoughChecksAreAMinuteApart() throws Exception {
    try (Peer living = Peer.saying("living");
        Peer dying = Peer.saying("dying");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings -> Lab.health(settings, SEEDS_INTERVAL),
              port,
              Lab.endpoint("dying", dying.port(), EndpointRole.PRIMARY),
              Lab.endpoint("living", living.port(), EndpointRole.PRIMARY)));
      dying.die();
      long start = System.nanoTime();
      for (int i = 0; i < 4; i++) {
        assertThat(Lab.ask(port)).isEqualTo("living");
      }
      Lab.eventually(() -> !lab.events(EndpointAvoided.class).isEmpty());
      Lab.eventually(() -> lab.endpoint("icr", "dying").health().equals("0/2 DOWN"));
      // HealthMonitorTest holds it to three, in its own time; a busy machine adds to them.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
      long failures = lab.endpoint("icr", "dying").connectFailures();
      for (int i = 0; i < 20; i++) {
        assertThat(Lab.ask(port)).isEqualTo("living");
      }
      assertThat(lab.endpoint("icr", "dying").connectFailures()).isEqualTo(failures);
    }
  }

  @Test
  void badVerdictClosesTheEndpointsSessionsWhereTheServiceSaysSo() throws Exception {
    try (Peer one = Peer.echo();
        Peer two = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              policies(OnDown.CLOSE_SESSIONS, OnUp.KEEP_BACKUP_SESSIONS),
              port,
              Lab.endpoint("one", one.port(), EndpointRole.PRIMARY),
              Lab.endpoint("two", two.port(), EndpointRole.PRIMARY)));
      try (Socket first = Lab.connect(port);
          Socket second = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(first)).isTrue();
        assertThat(SessionsTest.echoes(second)).isTrue();
        one.deafen();
        SessionEnded ended = lab.ended(1);
        assertThat(ended.end()).isEqualTo(SessionEnd.ENDPOINT_DOWN);
        assertThat(ended.endpoint()).isEqualTo("one");
        // It is told once its sessions were told to end.
        Lab.eventually(() -> !lab.events(VerdictChanged.class).isEmpty());
        VerdictChanged verdict = lab.events(VerdictChanged.class).getLast();
        assertThat(verdict.up()).isFalse();
        assertThat(verdict.sessionsClosed()).isEqualTo(1);
        assertThat(verdict.primaries()).isEqualTo(1);
        int living = lab.endpoint("icr", "two").activeSessions();
        assertThat(living).isEqualTo(1);
      }
    }
  }

  @Test
  void badVerdictLeavesSessionsAloneByDefault() throws Exception {
    try (Peer one = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint("one", one.port(), EndpointRole.PRIMARY)));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        one.deafen();
        Lab.eventually(() -> lab.endpoint("icr", "one").health().equals("0/2 DOWN"));
        assertThat(SessionsTest.echoes(session)).isTrue();
      }
    }
  }

  @Test
  void backupServesWhileThePrimaryIsDeadAndIsRelievedByItsReturn() throws Exception {
    int primaryPort = Lab.freePort();
    try (Peer backup = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Peer primary = Peer.on("127.0.0.1", primaryPort, HealthPoliciesTest::echo);
      lab.serve(
          Lab.service(
              "icr",
              policies(OnDown.CLOSE_SESSIONS, OnUp.CLOSE_BACKUP_SESSIONS),
              port,
              Lab.endpoint("primary", primaryPort, EndpointRole.PRIMARY),
              Lab.endpoint("backup", backup.port(), EndpointRole.BACKUP)));
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(lab.endpoint("icr", "primary").activeSessions()).isEqualTo(1);
      }
      lab.ended(1);
      primary.die();
      Lab.eventually(() -> !lab.endpoint("icr", "primary").up());
      try (Socket session = Lab.connect(port)) {
        assertThat(SessionsTest.echoes(session)).isTrue();
        assertThat(lab.endpoint("icr", "backup").activeSessions()).isEqualTo(1);
        try (Peer returned = Peer.on("127.0.0.1", primaryPort, HealthPoliciesTest::echo)) {
          assertThat(SessionsTest.outcome(session)).isEqualTo("reset");
          assertThat(lab.ended(2).end()).isEqualTo(SessionEnd.BACKUP_RELIEVED);
          try (Socket next = Lab.connect(port)) {
            assertThat(SessionsTest.echoes(next)).isTrue();
            assertThat(lab.endpoint("icr", "primary").activeSessions()).isEqualTo(1);
            assertThat(returned.connections()).isPositive();
          }
        }
      }
    }
  }

  @Test
  void clusterWhoseEndpointsAllLookDeadFailsOpenAndSaysSo() throws Exception {
    int port = Lab.freePort();
    int target = Lab.freePort();
    int checked = Lab.freePort();
    try (Peer serving =
            Peer.on("127.0.0.1", target, socket -> socket.getOutputStream().write('x'));
        Lab lab = new Lab()) {
      lab.apply(
          Lab.service(
              "icr",
              settings -> checkedAt(settings, checked),
              port,
              Lab.endpoint("e", serving.port(), EndpointRole.PRIMARY)));
      Lab.eventually(() -> lab.endpoint("icr", "e").health().equals("0/2 DOWN"));
      assertThat(Lab.ask(port)).isEqualTo("x");
      Lab.eventually(() -> lab.events(FailOpen.class).stream().anyMatch(FailOpen::open));
      assertThat(lab.service("icr").reason()).isEqualTo("no endpoint passes its checks");
      assertThat(lab.status().faults())
          .containsExactly(
              "service icr (probing): no endpoint passes its checks",
              "icr:"
                  + port
                  + ": endpoint e is down: Layer4 connection problem: Connection refused");
      try (Peer probed = Peer.on("127.0.0.1", checked, socket -> {})) {
        Lab.eventually(() -> lab.endpoint("icr", "e").up() && probed.accepted() > 0);
        Lab.eventually(() -> lab.events(FailOpen.class).stream().anyMatch(event -> !event.open()));
      }
    }
  }

  @Test
  void clusterThatFailsClosedResetsItsClients() throws Exception {
    int port = Lab.freePort();
    int checked = Lab.freePort();
    try (Peer serving = Peer.saying("x");
        Lab lab = new Lab()) {
      lab.apply(
          Lab.service(
              "icr",
              settings ->
                  Lab.policies(
                      checkedAt(settings, checked),
                      0,
                      OnDown.KEEP_SESSIONS,
                      OnUp.KEEP_BACKUP_SESSIONS,
                      AllDown.FAIL_CLOSED),
              port,
              Lab.endpoint("e", serving.port(), EndpointRole.PRIMARY)));
      Lab.eventually(() -> lab.endpoint("icr", "e").health().equals("0/2 DOWN"));
      assertThat(SessionsTest.outcome(port)).isEqualTo("reset");
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.NO_ENDPOINT);
    }
  }

  @Test
  void endpointGetsSessionsOnlyOnceAProbeHasPassed() throws Exception {
    try (BlackHole unproven = new BlackHole();
        Peer proven = Peer.saying("proven");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.apply(
          Lab.service(
              "icr",
              port,
              Lab.endpoint("unproven", unproven.port(), EndpointRole.PRIMARY),
              Lab.endpoint("proven", proven.port(), EndpointRole.PRIMARY)));
      Lab.eventually(() -> lab.endpoint("icr", "proven").proven());
      for (int i = 0; i < 10; i++) {
        assertThat(Lab.ask(port)).isEqualTo("proven");
      }
      assertThat(lab.endpoint("icr", "unproven").connectFailures()).isZero();
      Lab.eventually(() -> lab.events(SessionEnded.class).size() == 10);
      assertThat(lab.events(SessionEnded.class)).allMatch(ended -> ended.attempts() == 1);
    }
  }

  private static void echo(Socket socket) throws java.io.IOException {
    socket.getInputStream().transferTo(socket.getOutputStream());
  }

  private static UnaryOperator<ServicePort> policies(OnDown onDown, OnUp onUp) {
    return settings -> Lab.policies(settings, 0, onDown, onUp, AllDown.FAIL_OPEN);
  }

  static ServicePort checkedAt(ServicePort port, int checked) {
    HealthPolicy old = port.health();
    return new ServicePort(
        port.listen(),
        port.endpoints(),
        port.balancer(),
        new HealthPolicy(
            old.check(),
            old.interval(),
            old.fastInterval(),
            old.downInterval(),
            old.timeout(),
            old.rise(),
            old.fall(),
            OptionalInt.of(checked)),
        port.timeouts(),
        port.tcp(),
        port.connectAttempts(),
        port.maxSessions(),
        port.onDown(),
        port.onUp(),
        port.allDown());
  }
}
