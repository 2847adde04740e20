package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.HaproxyLines;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.Hellos;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that wait for an endpoint that is not full. */
final class QueueTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void sessionsWaitInTheirOrderUntilAnEndpointHasRoom(TransportChoice transport) throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", queue(9, LONG), port, upTo(1, "e", peer.port())));
      Socket first = Lab.connect(port);
      assertThat(echoes(first)).isTrue();
      Socket second = queued(lab, port, 1);
      Socket third = queued(lab, port, 2);
      Socket fourth = queued(lab, port, 3);
      assertThat(lab.metrics().getGauges().get(metric(port)).getValue()).isEqualTo(3);
      assertThat(lab.endpoint("icr", "e").activeSessions()).isEqualTo(1);

      leaves(first);
      assertThat(echoes(second)).isTrue();
      Lab.eventually(() -> lab.listener("icr").queuedSessions() == 2);
      leaves(second);
      assertThat(echoes(third)).isTrue();
      leaves(third);
      assertThat(echoes(fourth)).isTrue();
      leaves(fourth);

      List<SessionEnded> ends = ends(lab, 4);
      assertThat(ends).extracting(SessionEnded::end).containsOnly(SessionEnd.COMPLETED);
      assertThat(ends)
          .extracting(ended -> ended.queued().position())
          .containsExactlyInAnyOrder(0, 1, 2, 3);
      for (SessionEnded ended : ends) {
        boolean waited = ended.queued().position() > 0;
        assertThat(ended.queued().time().isPositive()).isEqualTo(waited);
        assertThat(ended.connect()).isGreaterThanOrEqualTo(ended.queued().time());
        long tw = ended.queued().time().toMillis();
        long tc = ended.connect().minus(ended.queued().time()).toMillis();
        assertThat(new HaproxyLines(ZoneOffset.UTC).of(ended).getFirst())
            .contains(" icr:" + port + "/e " + tw + "/" + tc + "/" + ended.total().toMillis() + " ")
            .endsWith(" 0/" + ended.queued().position());
      }
      Lab.eventually(() -> lab.listener("icr").activeSessions() == 0);
      assertThat(lab.listener("icr").queuedSessions()).isZero();
      assertThat(lab.endpoint("icr", "e").activeSessions()).isZero();
    }
  }

  @Test
  void sessionThatWaitsTooLongEndsForThatReasonAlone() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Duration time = Duration.ofMillis(300);
      lab.serve(Lab.service("icr", queue(9, time), port, upTo(1, "e", peer.port())));
      try (Socket first = Lab.connect(port);
          Socket second = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        assertThat(cut(second)).isTrue();
        SessionEnded ended = lab.ended(1);
        assertThat(ended.end()).isEqualTo(SessionEnd.QUEUE_TIMEOUT);
        assertThat(ended.end().tag()).isEqualTo("queue-timeout");
        assertThat(ended.queued().time()).isGreaterThanOrEqualTo(time);
        assertThat(new HaproxyLines(ZoneOffset.UTC).of(ended).getFirst())
            .contains(" icr:" + port + "/<NOSRV> " + ended.queued().time().toMillis() + "/-1/")
            .contains(" 0 sQ ")
            .endsWith(" 0/1");
        assertThat(echoes(first)).isTrue();
        assertThat(lab.listener("icr").queuedSessions()).isZero();
        assertThat(lab.listener("icr").failedSessions()).isEqualTo(1);
      }
      assertThat(ends(lab, 2).getLast().end()).isEqualTo(SessionEnd.COMPLETED);
      assertThat(lab.events(SessionEnded.class)).hasSize(2);
    }
  }

  @Test
  void sessionThatGoesBackToTheQueueHasTheRestOfItsTime() throws Exception {
    try (Peer peer = Peer.echo();
        DeadPort dead = new DeadPort();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Duration time = Duration.ofSeconds(6);
      Endpoint full = upTo(1, "full", peer.port());
      lab.serve(Lab.service("icr", queue(9, time), port, full));
      try (Socket first = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        try (Socket second = queued(lab, port, 1)) {
          LockSupport.parkNanos(time.dividedBy(2).toNanos());
          // There is room now, at one that refuses: it is tried, and then again and again.
          lab.apply(
              Lab.service(
                  "icr", queue(9, time), port, full, SessionsTest.unchecked(dead.number())));
          assertThat(cut(second)).isTrue();
        }
        SessionEnded ended = lab.ended(1);
        assertThat(ended.end()).isEqualTo(SessionEnd.QUEUE_TIMEOUT);
        assertThat(ended.attempts()).isPositive();
        // With its whole time anew it would be half as much more.
        assertThat(ended.queued().time()).isBetween(time, time.plusMillis(2_500));
      }
    }
  }

  @Test
  void oneMoreThanMayWaitIsRefused() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", queue(1, LONG), port, upTo(1, "e", peer.port())));
      try (Socket first = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        try (Socket second = queued(lab, port, 1)) {
          assertThat(refused(port)).isTrue();
          SessionEnded ended = lab.ended(1);
          assertThat(ended.end()).isEqualTo(SessionEnd.QUEUE_FULL);
          assertThat(new HaproxyLines(ZoneOffset.UTC).of(ended).getFirst())
              .contains("/<NOSRV> -1/-1/")
              .contains(" 0 SQ ")
              .endsWith(" 0/0");
          leaves(first);
          assertThat(echoes(second)).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void clientThatLeavesIsTakenOutOfTheQueue(TransportChoice transport) throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", queue(9, LONG), port, upTo(1, "e", peer.port())));
      try (Socket first = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        Socket reset = queued(lab, port, 1);
        Socket silent = queued(lab, port, 2);
        Socket tls = queued(lab, port, 3);
        Socket asks = queued(lab, port, 4);
        ProxyProtocolTest.send(asks, "question");
        asks.shutdownOutput();
        ProxyProtocolTest.send(tls, Hellos.asking("icr.io"));
        leaves(tls);
        leaves(silent);
        reset.setSoLinger(true, 0);
        leaves(reset);
        List<SessionEnded> gone = ends(lab, 3);
        assertThat(gone)
            .extracting(SessionEnded::end)
            .containsOnly(SessionEnd.CLIENT_ABORTED_QUEUED);
        assertThat(lab.listener("icr").queuedSessions()).isEqualTo(1);
        assertThat(new HaproxyLines(ZoneOffset.UTC).of(gone.getFirst()).getFirst())
            .contains("/<NOSRV> " + gone.getFirst().queued().time().toMillis() + "/-1/")
            .contains(" 0 CQ ")
            .endsWith(" 0/1");
        leaves(first);
        // It has ended its side, and yet it waits for the answer.
        assertThat(asks.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("question");
        leaves(asks);
      }
      assertThat(ends(lab, 5).getLast().end()).isEqualTo(SessionEnd.COMPLETED);
    }
  }

  @Test
  void endpointThatIsAddedOrMayHaveMoreServesThoseWhoWait() throws Exception {
    try (Peer peer = Peer.echo();
        Peer other = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Endpoint one = upTo(1, "one", peer.port());
      lab.serve(Lab.service("icr", queue(9, LONG), port, one));
      try (Socket first = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        try (Socket second = queued(lab, port, 1);
            Socket third = queued(lab, port, 2);
            Socket fourth = queued(lab, port, 3);
            Socket fifth = queued(lab, port, 4)) {
          lab.apply(Lab.service("icr", queue(9, LONG), port, one, upTo(2, "two", other.port())));
          assertThat(echoes(second)).isTrue();
          assertThat(echoes(third)).isTrue();
          assertThat(lab.endpoint("icr", "two").activeSessions()).isEqualTo(2);
          assertThat(lab.listener("icr").queuedSessions()).isEqualTo(2);
          lab.apply(
              Lab.service(
                  "icr",
                  queue(9, LONG),
                  port,
                  upTo(2, "one", peer.port()),
                  upTo(3, "two", other.port())));
          assertThat(echoes(fourth)).isTrue();
          assertThat(echoes(fifth)).isTrue();
          assertThat(lab.listener("icr").queuedSessions()).isZero();
        }
      }
    }
  }

  @Test
  void endpointThatComesBackServesThoseWhoWait() throws Exception {
    try (Peer peer = Peer.echo();
        Peer other = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              queue(9, LONG),
              port,
              upTo(1, "one", peer.port()),
              upTo(1, "two", other.port())));
      lab.engine().order("icr", OptionalInt.empty(), "two", EndpointMode.DRAIN).join();
      try (Socket first = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        try (Socket second = queued(lab, port, 1)) {
          lab.engine().order("icr", OptionalInt.empty(), "two", EndpointMode.ENABLED).join();
          assertThat(echoes(second)).isTrue();
          assertThat(lab.endpoint("icr", "two").activeSessions()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void sessionThatWasRefusedByOneEndpointWaitsForAnother() throws Exception {
    try (Peer peer = Peer.echo();
        DeadPort dead = new DeadPort();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Endpoint refuses = SessionsTest.unchecked(dead.number());
      lab.serve(Lab.service("icr", queue(9, LONG), port, refuses, upTo(1, "e", peer.port())));
      try (Socket first = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        try (Socket second = queued(lab, port, 1)) {
          Lab.eventually(() -> lab.endpoint("icr", refuses.name()).connectFailures() > 0);
          leaves(first);
          assertThat(echoes(second)).isTrue();
        }
      }
      SessionEnded redispatched =
          ends(lab, 2).stream().filter(SessionEnded::moved).reduce((a, b) -> b).orElseThrow();
      assertThat(redispatched.end()).isEqualTo(SessionEnd.COMPLETED);
      assertThat(redispatched.endpoint()).isEqualTo("e");
      assertThat(redispatched.queued().position()).isGreaterThan(0);
    }
  }

  @Test
  void sessionThatWaitsEndsWithItsListener() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              made ->
                  Lab.timeouts(
                          made,
                          old ->
                              new io.sallyport.api.catalog.Timeouts(
                                  old.connect(),
                                  old.attemptDelay(),
                                  old.idle(),
                                  old.halfClosed(),
                                  Duration.ZERO))
                      .with(admission(9, LONG)),
              port,
              upTo(1, "e", peer.port())));
      try (Socket first = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        try (Socket second = queued(lab, port, 1)) {
          lab.apply();
          assertThat(cut(second)).isTrue();
        }
      }
      assertThat(ends(lab, 2)).extracting(SessionEnded::end).containsOnly(SessionEnd.DRAINED);
      Lab.eventually(() -> lab.status().services().isEmpty());
      assertThat(lab.status().activeSessions()).isZero();
    }
  }

  @Test
  void serviceThatIsFullOnASharedPortLetsItsClientsWait() throws Exception {
    try (ProxyProtocolTest.Ear a = new ProxyProtocolTest.Ear();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(shared("a", 1, admission(1, LONG), port, a.port()));
      byte[] hello = Hellos.asking("a.example.com");
      try (Socket first = Lab.connect(port)) {
        ProxyProtocolTest.send(first, hello);
        Lab.eventually(() -> lab.listener("a").activeSessions() == 1);
        try (Socket second = Lab.connect(port);
            Socket third = Lab.connect(port)) {
          ProxyProtocolTest.send(second, hello);
          Lab.eventually(() -> lab.listener("a").queuedSessions() == 1);
          assertThat(lab.listener("a").activeSessions()).isEqualTo(1);
          ProxyProtocolTest.send(third, hello);
          assertThat(cut(third)).isTrue();
          assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.QUEUE_FULL);
          first.shutdownOutput();
          assertThat(first.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
          Lab.eventually(() -> lab.listener("a").endpoints().getFirst().totalSessions() == 2);
          second.shutdownOutput();
          assertThat(second.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
        }
      }
      SessionEnded waited = ends(lab, 3).getLast();
      assertThat(waited.end()).isEqualTo(SessionEnd.COMPLETED);
      assertThat(waited.queued().position()).isEqualTo(1);
      Lab.eventually(() -> lab.status().activeSessions() == 0);

      lab.apply(shared("a", 1, admission(1, Duration.ofMillis(300)), port, a.port()));
      try (Socket first = Lab.connect(port);
          Socket second = Lab.connect(port)) {
        ProxyProtocolTest.send(first, hello);
        Lab.eventually(() -> lab.listener("a").activeSessions() == 1);
        ProxyProtocolTest.send(second, hello);
        assertThat(cut(second)).isTrue();
        assertThat(lab.ended(4).end()).isEqualTo(SessionEnd.QUEUE_TIMEOUT);
      }
      Lab.eventually(() -> lab.status().activeSessions() == 0);
    }
  }

  /** Many loops and clients at once, and still nobody is lost and no endpoint has too many. */
  @Test
  void noEndpointEverHasMoreThanItMayAndNobodyIsForgotten() throws Exception {
    int most = 3;
    int clients = 240;
    AtomicInteger now = new AtomicInteger();
    AtomicInteger peak = new AtomicInteger();
    try (Peer peer =
            Peer.talking(socket -> {
              int said = socket.getInputStream().read();
              if (said < 0) {
                return;
              }
              peak.accumulateAndGet(now.incrementAndGet(), Math::max);
              socket.getOutputStream().write(said);
              now.decrementAndGet();
            });
        Lab lab = new Lab();
        ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", queue(clients, LONG), port, upTo(most, "e", peer.port())));
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        answers.add(
            users.submit(() -> {
              try (Socket socket = Lab.connect(port)) {
                ProxyProtocolTest.send(socket, "x");
                return socket.getInputStream().read();
              }
            }));
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo('x');
      }
      assertThat(peak.get()).isBetween(1, most);
      List<SessionEnded> ends = ends(lab, clients);
      assertThat(ends).extracting(SessionEnded::endpoint).containsOnly("e");
      assertThat(ends).allMatch(ended -> ended.active().endpoint() <= most);
      assertThat(ends).anyMatch(ended -> ended.queued().position() > 0);
      Lab.eventually(() -> lab.listener("icr").activeSessions() == 0);
      assertThat(lab.listener("icr").queuedSessions()).isZero();
      assertThat(lab.endpoint("icr", "e").activeSessions()).isZero();
    }
  }

  private static String metric(int port) {
    return "sessions_queued{service=\"icr\",port=\"" + port + "\"}";
  }

  private static Endpoint upTo(int most, String name, int port) {
    return new Endpoint(
        name, "127.0.0.1", port, "", "", 1, most, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  private static UnaryOperator<ServicePort> queue(int most, Duration time) {
    return made -> made.with(admission(most, time));
  }

  private static Admission admission(int most, Duration time) {
    return new Admission(List.of(), new QueuePolicy(most, time));
  }

  private static Service shared(String id, int most, Admission admission, int port, int endpoint) {
    return Lab.service(
        id,
        made ->
            Lab.policies(
                    made, most, OnDown.KEEP_SESSIONS, OnUp.KEEP_BACKUP_SESSIONS, AllDown.FAIL_OPEN)
                .with(
                    new Preamble(
                        AcceptProxy.NONE,
                        SendProxy.NONE,
                        new Routing(Routing.By.SNI, List.of(id + ".example.com"), false),
                        Duration.ofSeconds(15)))
                .with(admission),
        port,
        Lab.endpoint(endpoint));
  }

  /** One more client that waits. */
  private static Socket queued(Lab lab, int port, int count) throws IOException {
    Socket socket = Lab.connect(port);
    Lab.eventually(() -> lab.listener("icr").queuedSessions() == count);
    return socket;
  }

  private static List<SessionEnded> ends(Lab lab, int count) {
    Lab.eventually(() -> lab.events(SessionEnded.class).size() >= count);
    return lab.events(SessionEnded.class);
  }

  private static void leaves(Socket socket) throws IOException {
    socket.close();
  }

  private static boolean echoes(Socket socket) throws IOException {
    ProxyProtocolTest.send(socket, "x");
    return socket.getInputStream().read() == 'x';
  }

  /** Whether one more client is cut off, perhaps before it knows that it is connected. */
  private static boolean refused(int port) throws IOException {
    try (Socket socket = Lab.connect(port)) {
      return cut(socket);
    } catch (SocketException reset) {
      return true;
    }
  }

  private static boolean cut(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }
}
