package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.Service;
import io.sallyport.engine.ProxyProtocolTest.Ear;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.Hellos;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Services that share an address and a port. */
final class SniRoutingTest {
  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void clientReachesTheServiceOfItsServerNameByteForByte(TransportChoice transport)
      throws Exception {
    try (Ear a = new Ear();
        Ear b = new Ear();
        Ear rest = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(
          service("a", port, a, false, "a.example.com"),
          service("b", port, b, false, "*.example.com"),
          service("rest", port, rest, true));
      reaches(port, a, Hellos.asking("A.Example.COM"), 4096);
      reaches(port, b, Hellos.asking("x.y.example.com"), 4096);
      reaches(port, rest, Hellos.asking("example.org"), 4096);
      reaches(port, rest, Hellos.asking(""), 4096);
      reaches(port, rest, "SSH-2.0-OpenSSH\r\n".getBytes(UTF_8), 4096);
      reaches(port, a, Hellos.inRecords(Hellos.asking("a.example.com"), 17), 29);
      lab.ended(6);
      assertThat(lab.events(io.sallyport.engine.event.EngineEvent.SessionEnded.class))
          .allSatisfy(ended -> assertThat(ended.end()).isEqualTo(SessionEnd.COMPLETED))
          .extracting(io.sallyport.engine.event.EngineEvent.SessionEnded::service)
          .containsExactlyInAnyOrder("a", "b", "rest", "rest", "rest", "a");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void clientThatNobodyServesIsCutOffAndToldWhy(TransportChoice transport) throws Exception {
    try (Ear a = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(service("a", port, a, false, "a.example.com"));
      cut(port, Hellos.asking("b.example.com"));
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.NO_ROUTE);
      cut(port, "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      assertThat(lab.ended(2).end()).isEqualTo(SessionEnd.NOT_TLS);
      lab.apply(
          Lab.service(
              "a",
              made ->
                  made.with(
                      preamble(false, AcceptProxy.NONE, Duration.ofMillis(500), "a.example.com")),
              port,
              Lab.endpoint(a.port())));
      cut(port, new byte[] {22, 3, 1});
      assertThat(lab.ended(3).end()).isEqualTo(SessionEnd.SERVER_NAME_TIMEOUT);
      assertThat(a.nothing()).isTrue();
      Lab.eventually(() -> lab.status().activeSessions() == 0);
    }
  }

  @Test
  void servicesComeAndGoWithoutClosingTheListener() throws Exception {
    try (Ear a = new Ear();
        Ear b = new Ear();
        Lab lab = lab(TransportChoice.AUTO)) {
      int port = Lab.freePort();
      Service first = service("a", port, a, false, "a.example.com");
      Service second = service("b", port, b, false, "b.example.com");
      lab.serve(first);
      try (Socket waiting = Lab.connect(port)) {
        // It has not said which it wants while services come.
        lab.serve(first, second);
        ProxyProtocolTest.send(waiting, Hellos.asking("b.example.com"));
        waiting.shutdownOutput();
        assertThat(waiting.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
      }
      try (Socket lasting = Lab.connect(port)) {
        ProxyProtocolTest.send(lasting, Hellos.asking("b.example.com"));
        Lab.eventually(() -> lab.listener("b").activeSessions() == 1);
        lab.serve(second);
        reaches(port, b, Hellos.asking("b.example.com"), 4096, 2);
        cut(port, Hellos.asking("a.example.com"));
        assertThat(lab.ended(3).end()).isEqualTo(SessionEnd.NO_ROUTE);
        assertThat(lab.listener("b").activeSessions()).isEqualTo(1);
        lasting.shutdownOutput();
        assertThat(lasting.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
      }
      lab.serve(service("b", port, b, false, "c.example.com"));
      cut(port, Hellos.asking("b.example.com"));
      assertThat(lab.ended(5).end()).isEqualTo(SessionEnd.NO_ROUTE);
      lab.apply();
      Lab.eventually(() -> refused(port));
    }
  }

  @Test
  void serviceThatMovesAwayFromOthersServesBesideThemUntilItCanServeElsewhere() throws Exception {
    InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.2");
    try (Ear a = new Ear();
        Ear b = new Ear();
        Lab lab = lab(TransportChoice.AUTO)) {
      int port = Lab.freePort();
      Service first = service("a", port, a, false, "a.example.com");
      Service second = service("b", port, b, false, "b.example.com");
      lab.serve(first, second);
      try (ServerSocket _ = new ServerSocket(port, 1, elsewhere)) {
        lab.apply(new Service("a", first.names(), elsewhere, first.ports()), second);
        reaches(port, a, Hellos.asking("a.example.com"), 4096);
        reaches(port, b, Hellos.asking("b.example.com"), 4096);
      }
      Lab.eventually(
          () -> lab.service("a").phase().equals("serving") && lab.status().services().size() == 2);
      cut(port, Hellos.asking("a.example.com"));
      reaches(port, b, Hellos.asking("b.example.com"), 4096);
    }
  }

  @Test
  void serviceMayBecomeOneOfSeveralAndAlone() throws Exception {
    try (Ear a = new Ear();
        Lab lab = lab(TransportChoice.AUTO)) {
      int port = Lab.freePort();
      lab.serve(Lab.service("a", port, Lab.endpoint(a.port())));
      reaches(port, a, "plain".getBytes(UTF_8), 99);
      lab.serve(service("a", port, a, false, "a.example.com"));
      Lab.eventually(() -> lab.listener("a").state().equals("open"));
      reaches(port, a, Hellos.asking("a.example.com"), 4096);
      lab.serve(Lab.service("a", port, Lab.endpoint(a.port())));
      Lab.eventually(() -> lab.listener("a").state().equals("open"));
      reaches(port, a, "plain".getBytes(UTF_8), 99);
    }
  }

  @Test
  void serviceThatIsFullRefusesWhileOthersGoOn() throws Exception {
    try (Ear a = new Ear();
        Ear b = new Ear();
        Lab lab = lab(TransportChoice.AUTO)) {
      int port = Lab.freePort();
      Service full =
          Lab.service(
              "a",
              made ->
                  Lab.policies(
                          made,
                          1,
                          OnDown.KEEP_SESSIONS,
                          OnUp.KEEP_BACKUP_SESSIONS,
                          AllDown.FAIL_OPEN)
                      .with(preamble(false, AcceptProxy.NONE, "a.example.com")),
              port,
              Lab.endpoint(a.port()));
      lab.serve(full, service("b", port, b, false, "b.example.com"));
      try (Socket only = Lab.connect(port)) {
        ProxyProtocolTest.send(only, Hellos.asking("a.example.com"));
        Lab.eventually(() -> lab.listener("a").activeSessions() == 1);
        cut(port, Hellos.asking("a.example.com"));
        assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.ROUTE_FULL);
        reaches(port, b, Hellos.asking("b.example.com"), 4096);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void serverNameIsHeardBehindAProxyHeader(TransportChoice transport) throws Exception {
    AcceptProxy local =
        new AcceptProxy(
            List.of(NetworkPrefix.read("127.0.0.0/8").orElseThrow()), AcceptProxy.Others.REFUSE);
    try (Ear a = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "a",
              made -> made.with(preamble(false, local, "a.example.com")),
              port,
              Lab.endpoint(a.port())));
      byte[] hello = Hellos.asking("a.example.com");
      try (Socket socket = Lab.connect(port)) {
        ProxyProtocolTest.send(socket, "PROXY TCP4 192.0.2.7 192.0.2.9 4711 443\r\n");
        ProxyProtocolTest.send(socket, hello);
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
      }
      assertThat(a.heard()).isEqualTo(new String(hello, ISO_8859_1));
      assertThat(lab.ended(1).client().getAddress().getHostAddress()).isEqualTo("192.0.2.7");
      assertThat(lab.ended(1).bytesUp()).isEqualTo(hello.length);
    }
  }

  private static void reaches(int port, Ear ear, byte[] hello, int segment) throws Exception {
    reaches(port, ear, hello, segment, 1);
  }

  private static void reaches(int port, Ear ear, byte[] hello, int segment, int nth)
      throws Exception {
    try (Socket socket = Lab.connect(port)) {
      socket.setTcpNoDelay(true);
      for (int at = 0; at < hello.length; at += segment) {
        byte[] part = java.util.Arrays.copyOfRange(hello, at, Math.min(hello.length, at + segment));
        ProxyProtocolTest.send(socket, part);
        if (part.length < hello.length) {
          Thread.sleep(1);
        }
      }
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
    }
    String heard = "";
    for (int i = 0; i < nth; i++) {
      heard = ear.heard();
    }
    assertThat(heard).isEqualTo(new String(hello, ISO_8859_1));
  }

  private static void cut(int port, byte[] hello) throws IOException {
    try (Socket socket = Lab.connect(port)) {
      ProxyProtocolTest.send(socket, hello);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  private static boolean refused(int port) {
    try {
      Lab.connect(port).close();
      return false;
    } catch (IOException refusal) {
      return true;
    }
  }

  private static Lab lab(TransportChoice transport) {
    return new Lab(settings -> SessionsTest.on(settings, transport));
  }

  private static Service service(String id, int port, Ear ear, boolean last, String... names) {
    return Lab.service(
        id,
        made -> made.with(preamble(last, AcceptProxy.NONE, names)),
        port,
        Lab.endpoint(ear.port()));
  }

  private static Preamble preamble(boolean last, AcceptProxy accept, String... names) {
    return preamble(last, accept, Duration.ofSeconds(15), names);
  }

  private static Preamble preamble(
      boolean last, AcceptProxy accept, Duration patience, String... names) {
    return new Preamble(
        accept, SendProxy.NONE, new Routing(Routing.By.SNI, List.of(names), last), patience);
  }
}
