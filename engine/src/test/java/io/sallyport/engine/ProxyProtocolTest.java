package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.AcceptProxy.Others;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.Service;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HAProxy's PROXY protocol on both sides of a session, on every transport. */
final class ProxyProtocolTest {
  private static final String START = "0d0a0d0a000d0a515549540a";

  /** Longer than a client's thread may have to wait for its turn. */
  private static final Duration LONG = Duration.ofSeconds(15);

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void endpointHearsOfTheClientBeforeAnythingElse(TransportChoice transport) throws Exception {
    try (Ear ear = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(service(port, ear.port(), AcceptProxy.NONE, SendProxy.V1));
      int client;
      try (Socket socket = Lab.connect(port)) {
        client = socket.getLocalPort();
        send(socket, "hello");
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
      }
      assertThat(ear.heard())
          .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + client + " " + port + "\r\nhello");
      SessionEnded ended = lab.ended(1);
      assertThat(ended.end()).isEqualTo(SessionEnd.COMPLETED);
      assertThat(ended.bytesUp()).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void clientThatTheHeaderNamesIsTheClientEverywhere(TransportChoice transport) throws Exception {
    try (Ear ear = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(service(port, ear.port(), from("127.0.0.0/8", Others.REFUSE), SendProxy.V1));
      try (Socket socket = Lab.connect(port)) {
        send(socket, "PROXY TCP4 192.0.2.7 198.51.");
        Thread.sleep(50);
        send(socket, "100.9 4711 443\r\nhe");
        Thread.sleep(50);
        send(socket, "llo");
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
      }
      assertThat(ear.heard()).isEqualTo("PROXY TCP4 192.0.2.7 198.51.100.9 4711 443\r\nhello");
      SessionEnded ended = lab.ended(1);
      assertThat(ended.client().getAddress().getHostAddress()).isEqualTo("192.0.2.7");
      assertThat(ended.client().getPort()).isEqualTo(4711);
      assertThat(ended.end()).isEqualTo(SessionEnd.COMPLETED);
      assertThat(ended.bytesUp()).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void furtherFactsOfAHeaderGoOnToTheEndpoint(TransportChoice transport) throws Exception {
    String tls =
        "20" + "0014" + "01" + "00000000" + "21" + "0007" + hex("TLSv1.3") + "e0" + "0002" + "abcd";
    String authority = "02" + "000b" + hex("example.com");
    String padding = "04" + "0003" + "000000";
    String addresses = "c0000207" + "c6336409" + "1267" + "01bb";
    String kept = addresses + tls + authority;
    String sent = addresses + tls + padding + authority;
    try (Ear ear = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(service(port, ear.port(), from("127.0.0.1", Others.REFUSE), SendProxy.V2));
      try (Socket socket = Lab.connect(port)) {
        send(socket, bytes(START + "2111" + length(sent) + sent + hex("hello")));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
      }
      assertThat(hex(ear.heard())).isEqualTo(START + "2111" + length(kept) + kept + hex("hello"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void senderThatSpeaksForItselfIsTheClient(TransportChoice transport) throws Exception {
    try (Ear ear = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(service(port, ear.port(), from("127.0.0.1", Others.REFUSE), SendProxy.NONE));
      try (Socket socket = Lab.connect(port)) {
        send(socket, bytes(START + "20000000" + hex("hello")));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
        assertThat(lab.ended(1).client().getPort()).isEqualTo(socket.getLocalPort());
      }
      assertThat(ear.heard()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void whatIsNoHeaderIsRefusedBeforeAnEndpointHears(TransportChoice transport) throws Exception {
    try (Ear ear = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(service(port, ear.port(), from("127.0.0.1", Others.REFUSE), SendProxy.NONE));
      List<byte[]> wrong =
          List.of(
              "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8),
              ("PROXY TCP4 " + "1".repeat(200)).getBytes(UTF_8),
              "PROXY TCP4 one two 1 2\r\n".getBytes(UTF_8),
              "PROXY TCP4 1.2.3.4 1.2.3.4 1 70000\r\n".getBytes(UTF_8),
              bytes(START + "2111ffff"),
              bytes(START + "21110001" + "00"),
              bytes(START + "9111000c" + "0".repeat(24)));
      for (int i = 0; i < wrong.size(); i++) {
        try (Socket socket = Lab.connect(port)) {
          send(socket, wrong.get(i));
          assertThat(lab.ended(i + 1).end()).isEqualTo(SessionEnd.PROXY_HEADER_INVALID);
        }
      }
      assertThat(ear.nothing()).isTrue();
      assertThat(lab.listener("icr").failedSessions()).isEqualTo(wrong.size());
      Lab.eventually(() -> lab.listener("icr").activeSessions() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void headerThatDoesNotComeInTimeEndsIt(TransportChoice transport) throws Exception {
    try (Ear ear = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      Duration patience = Duration.ofMillis(400);
      AcceptProxy local = from("127.0.0.1", Others.REFUSE);
      lab.serve(service(port, ear.port(), local, SendProxy.NONE, patience));
      try (Socket socket = Lab.connect(port)) {
        send(socket, "PROXY ");
        SessionEnded ended = lab.ended(1);
        assertThat(ended.end()).isEqualTo(SessionEnd.PROXY_HEADER_TIMEOUT);
        assertThat(ended.total()).isBetween(patience, LONG);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void clientOfAnotherNetworkIsRefusedOrTakenAsItIs(TransportChoice transport) throws Exception {
    try (Ear ear = new Ear();
        Lab lab = lab(transport)) {
      int port = Lab.freePort();
      lab.serve(service(port, ear.port(), from("10.0.0.0/8", Others.REFUSE), SendProxy.NONE));
      assertThatThrownBy(() -> Lab.ask(port)).isInstanceOf(SocketException.class);
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.PROXY_SENDER_REFUSED);
      lab.apply(service(port, ear.port(), from("10.0.0.0/8", Others.PLAIN), SendProxy.NONE));
      try (Socket socket = Lab.connect(port)) {
        send(socket, "hello");
        socket.shutdownOutput();
        assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
      }
      assertThat(ear.heard()).isEqualTo("hello");
    }
  }

  @Test
  void clientThatGoesInTheMiddleOfItsHeaderLeavesNothing() throws Exception {
    try (Ear ear = new Ear();
        Lab lab = lab(TransportChoice.AUTO)) {
      int port = Lab.freePort();
      lab.serve(service(port, ear.port(), from("127.0.0.1", Others.REFUSE), SendProxy.NONE));
      try (Socket socket = Lab.connect(port)) {
        send(socket, "PROXY ");
        socket.setSoLinger(true, 0);
      }
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.CLIENT_ABORTED_CONNECTING);
      try (Socket socket = Lab.connect(port)) {
        send(socket, "PROXY ");
      }
      assertThat(lab.ended(2).end()).isEqualTo(SessionEnd.PROXY_HEADER_INVALID);
      Lab.eventually(() -> lab.listener("icr").activeSessions() == 0);
    }
  }

  private static Lab lab(TransportChoice transport) {
    return new Lab(settings -> SessionsTest.on(settings, transport));
  }

  private static Service service(int port, int endpoint, AcceptProxy accept, SendProxy send) {
    return service(port, endpoint, accept, send, LONG);
  }

  private static Service service(
      int port, int endpoint, AcceptProxy accept, SendProxy send, Duration patience) {
    return Lab.service(
        "icr",
        made -> made.with(new Preamble(accept, send, Routing.NONE, patience)),
        port,
        Lab.endpoint(endpoint));
  }

  private static AcceptProxy from(String network, Others others) {
    return new AcceptProxy(List.of(NetworkPrefix.read(network).orElseThrow()), others);
  }

  static void send(Socket socket, String text) throws IOException {
    send(socket, text.getBytes(UTF_8));
  }

  static void send(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(ISO_8859_1));
  }

  private static String length(String hex) {
    return "%04x".formatted(hex.length() / 2);
  }

  /** An endpoint that keeps what it hears; probes, which say nothing, leave nothing. */
  static final class Ear implements AutoCloseable {
    private final BlockingQueue<String> all = new LinkedBlockingQueue<>();
    private final Peer peer =
        Peer.talking(socket -> {
          String heard = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
          if (!heard.isEmpty()) {
            all.add(heard);
            socket.getOutputStream().write("heard".getBytes(UTF_8));
          }
        });

    int port() {
      return peer.port();
    }

    boolean nothing() {
      return all.isEmpty();
    }

    String heard() throws InterruptedException {
      return Optional.ofNullable(all.poll(10, TimeUnit.SECONDS)).orElse("nothing");
    }

    @Override
    public void close() {
      peer.close();
    }
  }
}
