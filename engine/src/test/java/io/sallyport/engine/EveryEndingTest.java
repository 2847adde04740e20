package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.AcceptProxy.Others;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.Hellos;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The endings that time-outs, verdicts, operators and bad beginnings bring about, many at once:
 * each has its reason, and none leaves a descriptor. {@link DescriptorsTest} has those that the two
 * sides bring about themselves.
 */
@EnabledIf(
    value = "io.sallyport.engine.DescriptorsTest#linux",
    disabledReason = "counts descriptors in /proc/self/fd")
final class EveryEndingTest {
  /** Clients of one ending, all there at once. */
  private static final int MANY = 150;

  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration LATER = Duration.ofMinutes(1);

  private final List<Socket> clients = new ArrayList<>();
  private int each = 5;

  /** What makes sessions end in one way. */
  private interface Scene {
    void play(Lab lab, int port) throws Exception;
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void noEndingLeavesADescriptor(TransportChoice transport) throws Exception {
    try (Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      everyEnding(lab);
      List<String> before = DescriptorsTest.descriptors();
      each = MANY;
      everyEnding(lab);
      DescriptorsTest.noMoreThan(before);
      assertThat(lab.events(SessionEnded.class)).hasSizeGreaterThan(2_000);
      assertThat(lab.events(SessionEnded.class))
          .extracting(SessionEnded::end)
          .doesNotContain(SessionEnd.INTERNAL, SessionEnd.RESOURCES);
    }
  }

  private void everyEnding(Lab lab) throws Exception {
    ends(lab, SessionEnd.CLIENT_TIMEOUT, this::silence);
    ends(lab, SessionEnd.ENDPOINT_TIMEOUT, this::silenceAfterTheClientsEnd);
    ends(lab, SessionEnd.CONNECT_TIMEOUT, this::blackHole);
    ends(lab, SessionEnd.NO_ENDPOINT, this::nobodyLeft);
    ends(lab, SessionEnd.ENDPOINT_DOWN, this::badVerdict);
    ends(lab, SessionEnd.BACKUP_RELIEVED, this::primarysReturn);
    ends(lab, SessionEnd.DRAINED, this::removal);
    ends(lab, SessionEnd.PROXY_HEADER_INVALID, proxied("127.0.0.1", LATER, "GET / HTTP/1.1\r\n"));
    ends(lab, SessionEnd.PROXY_HEADER_TIMEOUT, proxied("127.0.0.1", SOON, "PROXY TCP4 "));
    ends(lab, SessionEnd.PROXY_SENDER_REFUSED, proxied("10.0.0.1", LATER, "PROXY UNKNOWN\r\n"));
    ends(lab, SessionEnd.NOT_TLS, routed(LATER, "GET / HTTP/1.1\r\n".getBytes(US_ASCII)));
    ends(lab, SessionEnd.SERVER_NAME_TIMEOUT, routed(SOON, new byte[] {22, 3, 1}));
    ends(lab, SessionEnd.NO_ROUTE, routed(LATER, Hellos.asking("other.example.com")));
    ends(lab, SessionEnd.ROUTE_FULL, this::fullRoute);
  }

  private void ends(Lab lab, SessionEnd end, Scene scene) throws Exception {
    long before = count(lab, end);
    scene.play(lab, Lab.freePort());
    Lab.eventually(() -> count(lab, end) >= before + each);
    for (Socket client : clients) {
      client.close();
    }
    clients.clear();
    lab.apply();
    Lab.eventually(() -> lab.status().activeSessions() == 0 && lab.status().services().isEmpty());
  }

  private static long count(Lab lab, SessionEnd end) {
    return lab.events(SessionEnded.class).stream().filter(ended -> ended.end() == end).count();
  }

  private void silence(Lab lab, int port) throws IOException {
    try (Peer peer = Peer.echo()) {
      UnaryOperator<ServicePort> impatient =
          made -> Lab.timeouts(made, old -> times(old, SOON, LATER, LATER));
      lab.serve(Lab.service("icr", impatient, port, Lab.endpoint(peer.port())));
      long before = count(lab, SessionEnd.CLIENT_TIMEOUT);
      arrive(port, socket -> socket.getOutputStream().write(1));
      Lab.eventually(() -> count(lab, SessionEnd.CLIENT_TIMEOUT) >= before + each);
    }
  }

  private void silenceAfterTheClientsEnd(Lab lab, int port) throws IOException {
    try (Peer peer = Peer.talking(EveryEndingTest::neverAnswer)) {
      UnaryOperator<ServicePort> impatient =
          made -> Lab.timeouts(made, old -> times(old, LATER, SOON, LATER));
      lab.serve(Lab.service("icr", impatient, port, Lab.endpoint(peer.port())));
      long before = count(lab, SessionEnd.ENDPOINT_TIMEOUT);
      arrive(
          port,
          socket -> {
            socket.getOutputStream().write(1);
            socket.shutdownOutput();
          });
      Lab.eventually(() -> count(lab, SessionEnd.ENDPOINT_TIMEOUT) >= before + each);
    }
  }

  private void blackHole(Lab lab, int port) throws IOException {
    try (BlackHole hole = new BlackHole()) {
      lab.apply(
          Lab.service("icr", SessionsTest::impatient, port, SessionsTest.unchecked(hole.port())));
      long before = count(lab, SessionEnd.CONNECT_TIMEOUT);
      arrive(port, socket -> {});
      Lab.eventually(() -> count(lab, SessionEnd.CONNECT_TIMEOUT) >= before + each);
    }
  }

  private void nobodyLeft(Lab lab, int port) throws IOException {
    try (DeadPort dead = new DeadPort()) {
      lab.apply(
          Lab.service(
              "icr",
              made -> policies(made, 0, AllDown.FAIL_CLOSED),
              port,
              Lab.endpoint("e", dead.number(), EndpointRole.PRIMARY)));
      Lab.eventually(() -> lab.endpoint("icr", "e").health().equals("0/2 DOWN"));
      arrive(port, socket -> {});
    }
  }

  private void badVerdict(Lab lab, int port) throws IOException {
    try (Peer peer = Peer.echo()) {
      lab.serve(
          Lab.service(
              "icr",
              made -> policies(made, 0, AllDown.FAIL_OPEN),
              port,
              Lab.endpoint(peer.port())));
      long before = count(lab, SessionEnd.ENDPOINT_DOWN);
      arrive(port, SessionsTest::echoes);
      peer.deafen();
      Lab.eventually(() -> count(lab, SessionEnd.ENDPOINT_DOWN) >= before + each);
    }
  }

  @SuppressWarnings("try") // The dead port is closed early, for another to listen there.
  private void primarysReturn(Lab lab, int port) throws IOException {
    try (Peer backup = Peer.echo();
        DeadPort dead = new DeadPort()) {
      Endpoint primary = Lab.endpoint("primary", dead.number(), EndpointRole.PRIMARY);
      lab.apply(
          Lab.service(
              "icr",
              made -> policies(made, 0, AllDown.FAIL_OPEN),
              port,
              primary,
              Lab.backup(backup.port())));
      Lab.eventually(() ->
          !lab.endpoint("icr", "primary").up() && lab.endpoint("icr", "e" + backup.port()).up());
      long before = count(lab, SessionEnd.BACKUP_RELIEVED);
      arrive(port, SessionsTest::echoes);
      dead.close();
      try (Peer _ = Peer.on("127.0.0.1", dead.number(), EveryEndingTest::neverAnswer)) {
        Lab.eventually(() -> count(lab, SessionEnd.BACKUP_RELIEVED) >= before + each);
      }
    }
  }

  private void removal(Lab lab, int port) throws IOException {
    try (Peer peer = Peer.echo()) {
      UnaryOperator<ServicePort> brief =
          made -> Lab.timeouts(made, old -> times(old, LATER, LATER, SOON));
      lab.serve(Lab.service("icr", brief, port, Lab.endpoint(peer.port())));
      long before = count(lab, SessionEnd.DRAINED);
      arrive(port, SessionsTest::echoes);
      lab.apply();
      Lab.eventually(() -> count(lab, SessionEnd.DRAINED) >= before + each);
    }
  }

  private Scene proxied(String sender, Duration patience, String said) {
    AcceptProxy accept =
        new AcceptProxy(List.of(NetworkPrefix.read(sender).orElseThrow()), Others.REFUSE);
    Preamble preamble = new Preamble(accept, SendProxy.NONE, Routing.NONE, patience);
    return (lab, port) -> greeted(lab, port, preamble, said.getBytes(US_ASCII));
  }

  private Scene routed(Duration patience, byte[] said) {
    Preamble preamble = new Preamble(AcceptProxy.NONE, SendProxy.NONE, route(), patience);
    return (lab, port) -> greeted(lab, port, preamble, said);
  }

  private void greeted(Lab lab, int port, Preamble preamble, byte[] said) throws IOException {
    try (Peer peer = Peer.echo()) {
      lab.serve(Lab.service("icr", made -> made.with(preamble), port, Lab.endpoint(peer.port())));
      arrive(port, socket -> socket.getOutputStream().write(said));
    }
  }

  private void fullRoute(Lab lab, int port) throws IOException {
    try (Peer peer = Peer.echo()) {
      Preamble preamble = new Preamble(AcceptProxy.NONE, SendProxy.NONE, route(), LATER);
      lab.serve(
          Lab.service(
              "icr",
              made -> policies(made, 1, AllDown.FAIL_OPEN).with(preamble),
              port,
              Lab.endpoint(peer.port())));
      byte[] hello = Hellos.asking("icr.example.com");
      try (Socket only = Lab.connect(port)) {
        only.getOutputStream().write(hello);
        Lab.eventually(() -> lab.listener("icr").activeSessions() == 1);
        long before = count(lab, SessionEnd.ROUTE_FULL);
        arrive(port, socket -> socket.getOutputStream().write(hello));
        Lab.eventually(() -> count(lab, SessionEnd.ROUTE_FULL) >= before + each);
      }
    }
  }

  private static Routing route() {
    return new Routing(Routing.By.SNI, List.of("icr.example.com"), false);
  }

  private void arrive(int port, Peer.Talk first) throws IOException {
    for (int i = 0; i < each; i++) {
      try {
        Socket client = Lab.connect(port);
        clients.add(client);
        first.with(client);
      } catch (SocketException alreadyCut) {
        // Its session is over before its client has noticed that it began.
      }
    }
  }

  private static void neverAnswer(Socket socket) throws IOException {
    socket.getInputStream().readAllBytes();
    try {
      Thread.sleep(Duration.ofSeconds(15));
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  private static Timeouts times(Timeouts old, Duration idle, Duration halfClosed, Duration drain) {
    return new Timeouts(old.connect(), old.attemptDelay(), idle, halfClosed, drain);
  }

  private static ServicePort policies(ServicePort made, int maxSessions, AllDown allDown) {
    return Lab.policies(
        made, maxSessions, OnDown.CLOSE_SESSIONS, OnUp.CLOSE_BACKUP_SESSIONS, allDown);
  }
}
