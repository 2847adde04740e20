package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Ejection;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.engine.event.EngineEvent.EndpointEjected;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.status.EndpointStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What live sessions say of their endpoints, with real sockets. */
@Timeout(60)
final class EjectionTest {
  private static final int FAILURES = 3;

  private static ServicePort ejecting(ServicePort port, int failures) {
    Ejection ejection =
        new Ejection(
            failures, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(5), 50);
    return with(port, port.timeouts(), port.tcp(), ejection);
  }

  private static ServicePort with(
      ServicePort port, Timeouts timeouts, TcpOptions tcp, Ejection ejection) {
    return new ServicePort(
        port.listen(),
        port.endpoints(),
        port.balancer(),
        port.spreading().with(ejection),
        port.health(),
        timeouts,
        tcp,
        port.connectAttempts(),
        port.maxSessions(),
        port.onDown(),
        port.onUp(),
        port.allDown());
  }

  private static Lab lab(TransportChoice transport) {
    return new Lab(settings -> SessionsTest.on(settings, transport));
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Answers no one: resets whoever says something. */
  private static Peer resetting() {
    return Peer.talking(socket -> {
      if (socket.getInputStream().read() >= 0) {
        reset(socket);
      }
    });
  }

  /** Sends a byte and waits for one; true when it came. */
  private static boolean served(int port) {
    try (Socket socket = Lab.connect(port)) {
      socket.getOutputStream().write('x');
      return socket.getInputStream().read() >= 0;
    } catch (IOException broken) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "NIO"})
  void endpointThatResetsSessionsBeforeItSendsAByteIsLeftOut(TransportChoice transport)
      throws Exception {
    try (Peer bad = resetting();
        Peer good = Peer.echo();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings -> ejecting(settings, FAILURES),
              port,
              Lab.endpoint("bad", bad.port(), EndpointRole.PRIMARY),
              Lab.endpoint("good", good.port(), EndpointRole.PRIMARY)));
      int failed = 0;
      for (int i = 0; i < 2 * FAILURES; i++) {
        failed += served(port) ? 0 : 1;
      }
      assertThat(failed).isEqualTo(FAILURES);
      Lab.eventually(() -> !lab.events(EndpointEjected.class).isEmpty());
      EndpointEjected event = lab.events(EndpointEjected.class).getFirst();
      assertThat(event.endpoint()).isEqualTo("bad");
      assertThat(event.reason())
          .isEqualTo("3 sessions in a row failed, the last one: reset before it sent a byte");
      for (int i = 0; i < 20; i++) {
        assertThat(served(port)).isTrue();
      }
      EndpointStatus status = lab.endpoint("icr", "bad");
      assertThat(status.health()).as("its checks pass all the same").isEqualTo("3/3 UP");
      assertThat(status.ejectedMillis()).isBetween(1L, 60_000L);
      assertThat(status.sessionFailures()).isEqualTo(FAILURES);
      assertThat(counter(lab, port, "endpoint_ejections_total", "bad")).isEqualTo(1);
      assertThat(counter(lab, port, "endpoint_session_failures_total", "bad")).isEqualTo(FAILURES);
      assertThat(counter(lab, port, "endpoint_ejections_total", "good")).isZero();
    }
  }

  private static long counter(Lab lab, int port, String metric, String endpoint) {
    String name = metric + "{service=\"icr\",port=\"" + port + "\",endpoint=\"" + endpoint + "\"}";
    return ((Number) lab.metrics().getGauges().get(name).getValue()).longValue();
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "NIO"})
  void resetAfterAnAnswerAndResetOfOneThatWasAskedNothingAreNoReason(TransportChoice transport)
      throws Exception {
    try (Peer closing =
            Peer.talking(socket -> {
              // Asked nothing, it resets; asked something, it answers and resets.
              if (socket.getInputStream().read() >= 0) {
                socket.getOutputStream().write('x');
                while (socket.getInputStream().read() == 'y') {
                  // The client has the answer now.
                }
              }
              reset(socket);
            });
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings -> ejecting(settings, 1),
              port,
              Lab.endpoint("one", closing.port(), EndpointRole.PRIMARY),
              Lab.endpoint("two", closing.port(), EndpointRole.PRIMARY)));
      for (int i = 0; i < 4; i++) {
        try (Socket socket = Lab.connect(port)) {
          socket.shutdownOutput();
          assertThat(SessionsTest.outcome(socket)).isNotEqualTo("time-out");
        }
        try (Socket socket = Lab.connect(port)) {
          socket.getOutputStream().write('?');
          assertThat(socket.getInputStream().read()).isEqualTo('x');
          socket.getOutputStream().write('.');
          assertThat(SessionsTest.outcome(socket)).isEqualTo("reset");
        }
      }
      Lab.eventually(() -> lab.events(SessionEnded.class).size() == 8);
      assertThat(lab.events(SessionEnded.class))
          .filteredOn(ended -> ended.end() == SessionEnd.ENDPOINT_ABORTED)
          .hasSizeGreaterThanOrEqualTo(4);
      assertThat(lab.endpoint("icr", "one").sessionFailures()).isZero();
      assertThat(lab.endpoint("icr", "two").sessionFailures()).isZero();
      assertThat(lab.events(EndpointEjected.class)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "NIO"})
  void endpointThatResetsAClientBeforeItHasSaidAnythingFails(TransportChoice transport)
      throws Exception {
    // A reset that is there before the connect is looked at is a failed connect.
    CountDownLatch reached = new CountDownLatch(1);
    try (Peer closed =
            Peer.talking(socket -> {
              await(reached);
              reset(socket);
            });
        Peer other = Peer.echo();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.apply(
          Lab.service(
              "icr",
              settings -> ejecting(settings, 1),
              port,
              SessionsTest.unchecked(closed.port()),
              SessionsTest.unchecked(other.port())));
      String closing = "e" + closed.port();
      String echoing = "e" + other.port();
      for (int i = 1; lab.endpoint("icr", closing).totalSessions() == 0; i++) {
        assertThat(i).as("sessions until the endpoint has had one").isLessThan(20);
        try (Socket silent = Lab.connect(port)) {
          int sessions = i;
          Lab.eventually(() ->
              lab.endpoint("icr", closing).totalSessions()
                      + lab.endpoint("icr", echoing).totalSessions()
                  == sessions);
          if (lab.endpoint("icr", closing).totalSessions() > 0) {
            reached.countDown();
            assertThat(SessionsTest.outcome(silent)).isEqualTo("reset");
          }
        }
      }
      Lab.eventually(() -> !lab.events(EndpointEjected.class).isEmpty());
      assertThat(lab.events(EndpointEjected.class))
          .singleElement()
          .satisfies(event -> {
            assertThat(event.endpoint()).isEqualTo(closing);
            assertThat(event.reason()).isEqualTo("a session failed: reset before it sent a byte");
          });
    }
  }

  @Test
  void endpointThatLeavesAHalfClosedClientWithoutAByteFails() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (Peer silent = Peer.talking(socket -> await(over));
        Peer other = Peer.talking(socket -> await(over));
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings ->
                  ejecting(
                      Lab.timeouts(
                          settings,
                          old ->
                              new Timeouts(
                                  old.connect(),
                                  old.attemptDelay(),
                                  old.idle(),
                                  Duration.ofMillis(300),
                                  old.drain())),
                      1),
              port,
              Lab.endpoint("silent", silent.port(), EndpointRole.PRIMARY),
              Lab.endpoint("other", other.port(), EndpointRole.PRIMARY)));
      try (Socket socket = Lab.connect(port)) {
        socket.getOutputStream().write('x');
        socket.shutdownOutput();
        assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.ENDPOINT_TIMEOUT);
      }
      Lab.eventually(() -> !lab.events(EndpointEjected.class).isEmpty());
      assertThat(lab.events(EndpointEjected.class).getFirst().reason())
          .isEqualTo("a session failed: it sent no byte in time");
      over.countDown();
    }
  }

  @Test
  void endpointThatTheKernelGivesUpFailsThoughItHasAnsweredBefore() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (Peer stuck =
            Peer.talking(socket -> {
              socket.getOutputStream().write('x');
              await(over);
            });
        Peer other = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings ->
                  with(
                      ejecting(settings, 1),
                      settings.timeouts(),
                      new TcpOptions(
                          Duration.ofSeconds(60), Duration.ofSeconds(10), 3, Duration.ofSeconds(1)),
                      ejecting(settings, 1).spreading().ejection()),
              port,
              Lab.endpoint("stuck", stuck.port(), EndpointRole.PRIMARY),
              Lab.endpoint("other", other.port(), EndpointRole.BACKUP)));
      try (Socket socket = Lab.connect(port)) {
        InputStream in = socket.getInputStream();
        assertThat(in.read()).isEqualTo('x');
        Thread writer = Thread.ofVirtual().unstarted(() -> flood(socket));
        writer.start();
        assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.ENDPOINT_ABORTED);
        writer.join();
      }
      Lab.eventually(() -> lab.endpoint("icr", "stuck").sessionFailures() == 1);
      over.countDown();
    }
  }

  private static void flood(Socket socket) {
    byte[] block = new byte[1 << 16];
    try {
      while (true) {
        socket.getOutputStream().write(block);
      }
    } catch (IOException ended) {
      // As it must.
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }
}
