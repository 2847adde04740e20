package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.engine.event.EngineEvent.FailOpen;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client sees of a session, on both transports where they may differ. */
final class SessionsTest {
  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void bytesArriveWholeInBothDirectionsHoweverEitherSideStalls(TransportChoice transport)
      throws Exception {
    int size = 24 << 20;
    int clients = 4;
    try (Peer peer = Peer.talking(SessionsTest::stallingEcho);
        Lab lab = new Lab(settings -> on(settings, transport));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      List<Future<Boolean>> transfers = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        long seed = i;
        transfers.add(threads.submit(() -> roundTrip(port, seed, size)));
      }
      for (Future<Boolean> transfer : transfers) {
        assertThat(transfer.get()).isTrue();
      }
      for (int i = 1; i <= clients; i++) {
        SessionEnded ended = lab.ended(i);
        assertThat(ended.end()).isEqualTo(SessionEnd.COMPLETED);
        assertThat(ended.bytesUp()).isEqualTo(size);
        assertThat(ended.bytesDown()).isEqualTo(size);
      }
      assertThat(lab.listener("icr").bytesUp()).isEqualTo((long) clients * size);
      assertThat(lab.listener("icr").bytesDown()).isEqualTo((long) clients * size);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void clientThatHasFinishedSendingStillGetsItsAnswer(TransportChoice transport) throws Exception {
    try (Peer peer =
            Peer.talking(socket -> {
              byte[] all = socket.getInputStream().readAllBytes();
              socket.getOutputStream().write(("got " + all.length).getBytes(UTF_8));
            });
        Lab lab = new Lab(settings -> on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        client.getOutputStream().write(new byte[1000]);
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("got 1000");
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.COMPLETED);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void endpointThatHasFinishedSendingStillHearsItsClient(TransportChoice transport)
      throws Exception {
    AtomicReference<String> heard = new AtomicReference<>("");
    try (Peer peer =
            Peer.talking(socket -> {
              socket.getOutputStream().write("hello".getBytes(UTF_8));
              socket.shutdownOutput();
              heard.set(new String(socket.getInputStream().readAllBytes(), UTF_8));
            });
        Lab lab = new Lab(settings -> on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        assertThat(client.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("hello");
        client.getOutputStream().write("and goodbye".getBytes(UTF_8));
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.COMPLETED);
      Lab.eventually(() -> heard.get().equals("and goodbye"));
    }
  }

  @Test
  void clientThatSendsEverythingAtOnceAndEndsLosesNothing() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      for (int i = 1; i <= 200; i++) {
        try (Socket client = Lab.connect(port)) {
          client.getOutputStream().write(("request " + i).getBytes(UTF_8));
          client.shutdownOutput();
          assertThat(client.getInputStream().readAllBytes())
              .asString(UTF_8)
              .isEqualTo("request " + i);
        }
      }
    }
  }

  @Test
  void resetOfTheClientReachesTheEndpoint() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    try (Peer peer =
            Peer.talking(socket -> {
              try {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                seen.set("end");
              } catch (SocketException reset) {
                seen.set("reset");
              }
            });
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      Socket client = Lab.connect(port);
      client.getOutputStream().write(1);
      reached(lab, peer);
      client.setSoLinger(true, 0);
      client.close();
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.CLIENT_ABORTED);
      Lab.eventually(() -> seen.get().equals("reset"));
    }
  }

  @Test
  void resetOfTheEndpointReachesTheClientAsAReset() throws Exception {
    try (Peer peer =
            Peer.talking(socket -> {
              if (socket.getInputStream().read() >= 0) {
                socket.setSoLinger(true, 0);
              }
            });
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        client.getOutputStream().write(1);
        assertThat(outcome(client)).isEqualTo("reset");
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.ENDPOINT_ABORTED);
    }
  }

  @Test
  void resetAfterHalfCloseEndsTheSession() throws Exception {
    try (Peer peer = Peer.talking(socket -> waitForever(socket.getInputStream()));
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      Socket client = Lab.connect(port);
      client.getOutputStream().write(1);
      client.shutdownOutput();
      reached(lab, peer);
      client.setSoLinger(true, 0);
      client.close();
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.CLIENT_ABORTED);
    }
  }

  @ParameterizedTest
  @CsvSource({"AUTO, false", "AUTO, true", "IO_URING, false", "IO_URING, true"})
  void resetOfAClientIsNoticedThoughTheEndpointReadsNothing(
      TransportChoice transport, boolean endpointTalks) throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (Peer peer =
            Peer.talking(socket -> {
              while (endpointTalks && over.getCount() > 0) {
                socket.getOutputStream().write('.');
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
              }
              waitFor(over);
            });
        Lab lab = new Lab(settings -> on(settings, transport))) {
      int port = Lab.freePort();
      lab.apply(Lab.service("icr", port, unchecked(peer.port())));
      Socket client = Lab.connect(port);
      AtomicLong sent = new AtomicLong();
      Thread writer = Thread.ofVirtual().start(() -> flood(client, sent));
      reached(lab, peer);
      // Until nothing moves any more.
      for (long before = -1; before != sent.get(); ) {
        before = sent.get();
        LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
      }
      assertThat(lab.events(SessionEnded.class)).isEmpty();
      client.setSoLinger(true, 0);
      client.close();
      SessionEnded ended = lab.ended(1);
      assertThat(ended.end()).isEqualTo(SessionEnd.CLIENT_ABORTED);
      assertThat(ended.bytesUp()).isPositive().isLessThanOrEqualTo(sent.get() + FLOOD);
      Lab.eventually(() -> lab.status().activeSessions() == 0);
      assertThat(lab.endpoint("icr", "e" + peer.port()).activeSessions()).isZero();
      assertThat(lab.endpoint("icr", "e" + peer.port()).sessionFailures()).isZero();
      over.countDown();
      writer.join();
    }
  }

  /** Returns when the only session is on its endpoint: a connection alone may be a probe's. */
  private static void reached(Lab lab, Peer peer) {
    Lab.eventually(() -> lab.endpoint("icr", "e" + peer.port()).totalSessions() == 1);
  }

  private static final int FLOOD = 64 << 10;

  private static void flood(Socket socket, AtomicLong sent) {
    try {
      while (true) {
        socket.getOutputStream().write(new byte[FLOOD]);
        sent.addAndGet(FLOOD);
      }
    } catch (IOException closed) {
      // As it must be.
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void refusedConnectMovesOnToTheNextEndpoint() throws Exception {
    try (DeadPort dead = new DeadPort();
        Peer peer = Peer.saying("zone 2");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.apply(
          Lab.service(
              "icr",
              settings -> Lab.health(settings, Duration.ofHours(1)),
              port,
              unchecked(dead.number()),
              unchecked(peer.port())));
      for (int i = 0; i < 20; i++) {
        assertThat(Lab.ask(port)).isEqualTo("zone 2");
      }
      Lab.eventually(() -> lab.events(SessionEnded.class).size() == 20);
      assertThat(lab.events(SessionEnded.class))
          .allMatch(ended -> ended.endpoint().equals("e" + peer.port()))
          .anyMatch(ended -> ended.moved() && ended.attempts() == 2);
      assertThat(lab.endpoint("icr", "e" + dead.number()).connectFailures()).isPositive();
    }
  }

  @Test
  void dawdlingConnectGetsCompanyAndTheFirstToAnswerWins() throws Exception {
    try (BlackHole hole = new BlackHole();
        Peer peer = Peer.saying("zone 2");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Duration connect = Duration.ofSeconds(12);
      lab.apply(
          Lab.service(
              "icr",
              settings -> Lab.timeouts(settings, old -> connecting(old, connect)),
              port,
              unchecked(hole.port()),
              unchecked(peer.port())));
      for (int i = 0; i < 10; i++) {
        assertThat(Lab.ask(port)).isEqualTo("zone 2");
      }
      Lab.eventually(() -> lab.events(SessionEnded.class).size() == 10);
      assertThat(lab.events(SessionEnded.class))
          .anyMatch(ended -> ended.moved() && ended.connect().toMillis() >= 100)
          .allMatch(ended -> ended.connect().compareTo(connect) < 0);
    }
  }

  @Test
  void sessionThatNoEndpointAcceptsIsReset() throws Exception {
    try (DeadPort dead = new DeadPort();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.apply(
          Lab.service(
              "icr",
              settings -> Lab.timeouts(settings, old -> connect(old, Duration.ofMillis(50))),
              port,
              unchecked(dead.number())));
      assertThat(outcome(port)).isEqualTo("reset");
      SessionEnded ended = lab.ended(1);
      assertThat(ended.end()).isEqualTo(SessionEnd.CONNECT_REFUSED);
      assertThat(ended.attempts()).isEqualTo(4);
      assertThat(ended.endpoint()).isEqualTo("e" + dead.number());
      assertThat(ended.connect()).isNegative();
      assertThat(lab.listener("icr").failedSessions()).isEqualTo(1);
    }
  }

  @Test
  void clientThatGivesUpWhileConnectingEndsTheSession() throws Exception {
    try (BlackHole hole = new BlackHole();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.apply(Lab.service("icr", port, unchecked(hole.port())));
      Socket client = Lab.connect(port);
      Lab.eventually(() -> lab.listener("icr").activeSessions() == 1);
      client.setSoLinger(true, 0);
      client.close();
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.CLIENT_ABORTED_CONNECTING);
    }
  }

  @Test
  void silentSessionEndsAfterItsIdleTime() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings -> Lab.timeouts(settings, old -> idle(old, Duration.ofSeconds(3))),
              port,
              Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        long start = System.nanoTime();
        for (int i = 0; i < 4; i++) {
          Thread.sleep(800);
          client.getOutputStream().write(1);
          assertThat(client.getInputStream().read()).isEqualTo(1);
        }
        assertThat(outcome(client)).isEqualTo("reset");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isGreaterThan(Duration.ofSeconds(6));
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.CLIENT_TIMEOUT);
    }
  }

  @Test
  void halfClosedSessionWhoseEndpointKeepsSilentEnds() throws Exception {
    try (Peer peer = Peer.talking(socket -> waitForever(socket.getInputStream()));
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings -> Lab.timeouts(settings, old -> halfClosed(old, Duration.ofMillis(600))),
              port,
              Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        client.getOutputStream().write(1);
        client.shutdownOutput();
        assertThat(outcome(client)).isEqualTo("reset");
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.ENDPOINT_TIMEOUT);
    }
  }

  @Test
  void halfClosedSessionHasItsOwnTimeHoweverLongItWasSilentBefore() throws Exception {
    Duration halfClosed = Duration.ofSeconds(4);
    try (Peer peer =
            Peer.talking(socket -> {
              byte[] asked = socket.getInputStream().readAllBytes();
              // Over more than one look at the time-outs.
              pause(Duration.ofMillis(1100));
              socket.getOutputStream().write(asked);
            });
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings -> Lab.timeouts(settings, old -> halfClosed(old, halfClosed)),
              port,
              Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        client.getOutputStream().write(1);
        pause(halfClosed.plusMillis(700));
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).hasSize(1);
      }
    }
  }

  @Test
  void slowReaderIsNotTakenForASilentOne() throws Exception {
    byte[] much = new byte[8 << 20];
    Duration halfClosed = Duration.ofMillis(600);
    try (Peer peer =
            Peer.talking(socket -> {
              socket.getInputStream().read();
              socket.getOutputStream().write(much);
            });
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              settings -> Lab.timeouts(settings, old -> halfClosed(old, halfClosed)),
              port,
              Lab.endpoint(peer.port())));
      try (Socket client = Lab.connect(port)) {
        client.getOutputStream().write(1);
        long read = 0;
        for (int i = 0; i < 15; i++) {
          read += client.getInputStream().readNBytes(much.length / 16).length;
          pause(Duration.ofMillis(400));
        }
        read += client.getInputStream().readAllBytes().length;
        assertThat(read).isEqualTo(much.length);
      }
    }
  }

  @Test
  void listenerThatClosesWhileItIsFullLeavesNobodyWaiting() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", limited(1), port, Lab.endpoint(peer.port())));
      try (Socket first = Lab.connect(port);
          Socket parked = Lab.connect(port);
          Socket queued = Lab.connect(port)) {
        assertThat(echoes(first)).isTrue();
        Lab.eventually(() -> lab.listener("icr").state().equals("full"));
        lab.apply();
        assertThat(outcome(parked)).isIn("end", "reset");
        assertThat(outcome(queued)).isIn("end", "reset");
        assertThat(echoes(first)).isTrue();
      }
      Lab.eventually(() -> lab.status().services().isEmpty());
    }
  }

  @Test
  void endpointWhoseChecksFailIsNoCompanyForOneThatDawdles() throws Exception {
    try (BlackHole hole = new BlackHole();
        Peer sick = Peer.saying("sick");
        DeadPort dead = new DeadPort();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      // The dawdling one is not checked, and the sick one is checked where nobody listens.
      Endpoint dawdling = unchecked(hole.port());
      lab.apply(
          Lab.service(
              "icr",
              settings -> HealthPoliciesTest.checkedAt(impatient(settings), dead.number()),
              port,
              dawdling,
              Lab.endpoint("sick", sick.port(), EndpointRole.PRIMARY)));
      Lab.eventually(() -> lab.endpoint("icr", "sick").health().equals("0/2 DOWN"));
      int before = sick.accepted();
      try (Socket client = Lab.connect(port)) {
        assertThat(outcome(client)).isEqualTo("reset");
      }
      assertThat(sick.accepted()).isEqualTo(before);
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.CONNECT_TIMEOUT);
      assertThat(lab.events(FailOpen.class)).isEmpty();
    }
  }

  @Test
  void clientsBeyondTheLimitWaitUntilASessionEnds() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", limited(2), port, Lab.endpoint(peer.port())));
      waitForTheirTurn(lab, port, () -> lab.listener("icr").state());
    }
  }

  @Test
  void clientsBeyondTheNodesLimitWaitUntilASessionEnds() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> limited(settings, 2))) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      waitForTheirTurn(lab, port, () -> lab.listener("icr").state());
    }
  }

  @Test
  void manyShortSessionsAtOnceLoseNothing() throws Exception {
    int size = 300_000;
    try (Peer peer =
            Peer.talking(socket -> {
              int asked = socket.getInputStream().read();
              if (asked >= 0) {
                byte[] answer = new byte[size];
                Arrays.fill(answer, (byte) asked);
                socket.getOutputStream().write(answer);
              }
            });
        Lab lab = new Lab();
        ExecutorService clients = Executors.newFixedThreadPool(16)) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(peer.port())));
      List<Future<String>> asked = new ArrayList<>();
      for (int i = 0; i < 4000; i++) {
        byte mark = (byte) (1 + i % 100);
        asked.add(clients.submit(() -> oneMark(port, mark)));
      }
      Set<String> outcomes = new TreeSet<>();
      for (Future<String> each : asked) {
        outcomes.add(each.get());
      }
      assertThat(outcomes).containsExactly("whole " + size);
    }
  }

  /** Asks for one byte, many times over, and tells what came. */
  private static String oneMark(int port, byte mark) throws IOException {
    try (Socket socket = Lab.connect(port)) {
      socket.getOutputStream().write(mark);
      byte[] answer = socket.getInputStream().readAllBytes();
      for (byte each : answer) {
        if (each != mark) {
          return "somebody else's";
        }
      }
      return "whole " + answer.length;
    } catch (SocketException fault) {
      return String.valueOf(fault.getMessage());
    }
  }

  @Test
  void loopsThatPollBusilyServeLikeOthers() throws Exception {
    java.util.function.UnaryOperator<EngineSettings> polling =
        old ->
            with(
                old,
                new DataPathSettings(TransportChoice.AUTO, 2, 64, Duration.ofMillis(1), false));
    try (Peer echo = Peer.echo();
        Lab lab = new Lab(polling)) {
      int port = Lab.freePort();
      lab.serve(Lab.service("icr", port, Lab.endpoint(echo.port())));
      for (int i = 0; i < 20; i++) {
        try (Socket socket = Lab.connect(port)) {
          assertThat(echoes(socket)).isTrue();
        }
      }
      lab.ended(20);
    }
  }

  @Test
  void sessionsSpreadOverAllEndpoints() throws Exception {
    try (Peer one = Peer.saying("1");
        Peer two = Peer.saying("2");
        Peer three = Peer.saying("3");
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              port,
              Lab.endpoint(one.port()),
              Lab.endpoint(two.port()),
              Lab.endpoint(three.port())));
      Set<String> answers = new TreeSet<>();
      for (int i = 0; i < 9; i++) {
        answers.add(Lab.ask(port));
      }
      assertThat(answers).containsExactly("1", "2", "3");
    }
  }

  private static void waitForTheirTurn(
      Lab lab, int port, java.util.function.Supplier<String> listenerState) throws Exception {
    try (Socket first = Lab.connect(port);
        Socket second = Lab.connect(port)) {
      assertThat(echoes(first)).isTrue();
      assertThat(echoes(second)).isTrue();
      Lab.eventually(() -> listenerState.get().equals("full"));
      try (Socket third = Lab.connect(port);
          Socket fourth = Lab.connect(port)) {
        third.getOutputStream().write(7);
        third.setSoTimeout(300);
        assertThat(outcome(third)).isEqualTo("time-out");
        assertThat(lab.listener("icr").activeSessions()).isEqualTo(2);
        hangUp(first);
        third.setSoTimeout(15_000);
        assertThat(third.getInputStream().read()).isEqualTo(7);
        hangUp(second);
        assertThat(echoes(fourth)).isTrue();
      }
    }
    lab.ended(4);
    Lab.eventually(() -> lab.status().activeSessions() == 0);
    assertThat(lab.listener("icr").activeSessions()).isZero();
  }

  private static java.util.function.UnaryOperator<ServicePort> limited(int most) {
    return settings ->
        Lab.policies(
            settings, most, OnDown.KEEP_SESSIONS, OnUp.KEEP_BACKUP_SESSIONS, AllDown.FAIL_OPEN);
  }

  private static EngineSettings limited(EngineSettings old, int most) {
    return new EngineSettings(
        old.dataPath(),
        most,
        old.nameServers(),
        old.injectors(),
        old.injectionInterval(),
        old.probesAtOnce(),
        old.stopDrain(),
        old.onExit(),
        old.stateDirectory());
  }

  static EngineSettings on(EngineSettings old, TransportChoice transport) {
    return with(
        old,
        new DataPathSettings(transport, old.dataPath().eventLoops(), old.dataPath().maxPipes()));
  }

  private static EngineSettings with(EngineSettings old, DataPathSettings dataPath) {
    return new EngineSettings(
        dataPath,
        old.maxSessions(),
        old.nameServers(),
        old.injectors(),
        old.injectionInterval(),
        old.probesAtOnce(),
        old.stopDrain(),
        old.onExit(),
        old.stateDirectory());
  }

  static Endpoint unchecked(int port) {
    io.sallyport.api.catalog.Endpoint old = Lab.endpoint(port);
    return new io.sallyport.api.catalog.Endpoint(
        old.name(), old.host(), old.port(), "", 1, old.role(), old.mode(), false);
  }

  /** Attempts follow each other quickly, so that a dead end is reached soon. */
  static ServicePort impatient(ServicePort settings) {
    return Lab.timeouts(settings, old -> connect(old, Duration.ofMillis(50)));
  }

  private static Timeouts connect(Timeouts old, Duration connect) {
    return new Timeouts(connect, Duration.ofMillis(20), old.idle(), old.halfClosed(), old.drain());
  }

  private static Timeouts connecting(Timeouts old, Duration connect) {
    return new Timeouts(connect, old.attemptDelay(), old.idle(), old.halfClosed(), old.drain());
  }

  private static Timeouts idle(Timeouts old, Duration idle) {
    return new Timeouts(old.connect(), old.attemptDelay(), idle, old.halfClosed(), old.drain());
  }

  private static Timeouts halfClosed(Timeouts old, Duration halfClosed) {
    return new Timeouts(old.connect(), old.attemptDelay(), old.idle(), halfClosed, old.drain());
  }

  static boolean echoes(Socket socket) throws IOException {
    socket.getOutputStream().write(5);
    return socket.getInputStream().read() == 5;
  }

  private static void hangUp(Socket socket) throws IOException {
    socket.close();
  }

  /** How a connection ends for someone who reads from it. */
  static String outcome(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0 ? "end" : "data";
    } catch (java.net.SocketTimeoutException silent) {
      return "time-out";
    } catch (SocketException reset) {
      return "reset";
    }
  }

  /** The same of a session that may be over before its client has noticed that it began. */
  static String outcome(int port) throws IOException {
    try (Socket socket = Lab.connect(port)) {
      return outcome(socket);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
      return "reset";
    }
  }

  private static void waitForever(InputStream input) throws IOException {
    input.transferTo(OutputStream.nullOutputStream());
    try {
      Thread.sleep(Duration.ofSeconds(30));
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stallingEcho(Socket socket) throws IOException {
    Random random = new Random(42);
    byte[] buffer = new byte[64 << 10];
    InputStream input = socket.getInputStream();
    OutputStream output = socket.getOutputStream();
    int count;
    while ((count = input.read(buffer, 0, 1 + random.nextInt(buffer.length))) >= 0) {
      output.write(buffer, 0, count);
      stall(random);
    }
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  private static boolean roundTrip(int port, long seed, int size) throws Exception {
    try (Socket socket = Lab.connect(port)) {
      MessageDigest sent = MessageDigest.getInstance("SHA-256");
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  Random random = new Random(seed);
                  byte[] block = new byte[32 << 10];
                  int left = size;
                  while (left > 0) {
                    random.nextBytes(block);
                    int count = Math.min(left, 1 + random.nextInt(block.length));
                    sent.update(block, 0, count);
                    socket.getOutputStream().write(block, 0, count);
                    left -= count;
                    stall(random);
                  }
                  socket.shutdownOutput();
                } catch (IOException fault) {
                  throw new java.io.UncheckedIOException(fault);
                }
              });
      MessageDigest received = MessageDigest.getInstance("SHA-256");
      Random random = new Random(seed + 1000);
      byte[] block = new byte[48 << 10];
      long total = 0;
      int count;
      while ((count = socket.getInputStream().read(block)) >= 0) {
        received.update(block, 0, count);
        total += count;
        stall(random);
      }
      sender.join();
      assertThat(total).isEqualTo(size);
      assertThat(HexFormat.of().formatHex(received.digest()))
          .isEqualTo(HexFormat.of().formatHex(sent.digest()));
      return true;
    }
  }

  private static void stall(Random random) {
    if (random.nextInt(200) == 0) {
      try {
        Thread.sleep(random.nextInt(20));
      } catch (InterruptedException enough) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;
}
