package io.sallyport.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that come from an address of the node that the catalog names. */
final class SourceAddressTest {
  /** Of TEST-NET-3, which no node has. */
  private static final InetAddress NOWHERE = InetAddress.ofLiteral("203.0.113.9");

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void sessionsAndProbesComeFromTheAddressThatIsSaid(TransportChoice transport) throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    try (Peer peer =
            Peer.talking(socket -> {
              seen.add(socket.getInetAddress().getHostAddress());
              int said = socket.getInputStream().read();
              if (said >= 0) {
                socket.getOutputStream().write(said);
              }
            });
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      Endpoint from = Lab.endpoint(peer.port()).from(InetAddress.ofLiteral("127.0.0.9"));
      lab.serve(Lab.service("icr", port, from));
      assertThat(seen).containsExactly("127.0.0.9");
      assertThat(answers(port)).isTrue();
      assertThat(seen).containsExactly("127.0.0.9");

      // A new address holds for what comes, and the endpoint keeps its health and its counters.
      lab.apply(Lab.service("icr", port, from.from(InetAddress.ofLiteral("127.0.0.8"))));
      assertThat(lab.endpoint("icr", from.name()).totalSessions()).isEqualTo(1);
      assertThat(lab.endpoint("icr", from.name()).proven()).isTrue();
      seen.clear();
      assertThat(answers(port)).isTrue();
      int before = peer.accepted();
      Lab.eventually(() -> peer.accepted() > before + 2);
      assertThat(seen).contains("127.0.0.8");
      seen.clear();
      Lab.eventually(() -> !seen.isEmpty());
      assertThat(seen).containsExactly("127.0.0.8");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void connectionsOfIpVersion6AreBoundAsWell(TransportChoice transport) throws Exception {
    try (Peer peer =
            Peer.on(
                "::1", 0, socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service("icr", port, at("::1", peer.port()).from(InetAddress.ofLiteral("::1"))));
      assertThat(answers(port)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void addressThatTheNodeHasNotIsTold(TransportChoice transport) throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      Endpoint endpoint = Lab.endpoint(peer.port()).from(NOWHERE);
      lab.apply(Lab.service("icr", port, endpoint));
      Lab.eventually(() -> !lab.endpoint("icr", endpoint.name()).up());
      assertThat(lab.endpoint("icr", endpoint.name()).lastCheck())
          .isEqualTo(
              "Socket error: cannot connect from 203.0.113.9: it is none of this node's addresses");
      try (Socket client = Lab.connect(port)) {
        assertThat(cut(client)).isTrue();
      }
      SessionEnded ended = lab.ended(1);
      assertThat(ended.end()).isEqualTo(SessionEnd.SOURCE_ADDRESS);
      assertThat(ended.end().code()).isEqualTo("RC");
      assertThat(peer.accepted()).isZero();
    }
  }

  @Test
  void nameWithoutAnAddressOfTheSameFamilyIsTold() throws Exception {
    try (Peer peer = Peer.echo();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      Endpoint endpoint = at("localhost", peer.port()).from(InetAddress.ofLiteral("127.0.0.9"));
      lab.serve(Lab.service("icr", port, endpoint));
      assertThat(lab.endpoint("icr", "e").addresses()).containsExactly("127.0.0.1");
      assertThat(answers(port)).isTrue();

      Endpoint other = at("127.0.0.1", peer.port()).from(InetAddress.ofLiteral("fd00::9"));
      lab.apply(Lab.service("icr", port, other));
      assertThat(lab.status().faults())
          .anySatisfy(fault ->
              assertThat(fault)
                  .contains(
                      "endpoint e cannot be resolved: has no IPv6 address to connect to from"
                          + " fd00::9"));
    }
  }

  private static Endpoint at(String host, int port) {
    return new Endpoint("e", host, port, "", 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  private static boolean answers(int port) throws Exception {
    try (Socket client = Lab.connect(port)) {
      ProxyProtocolTest.send(client, "x");
      return client.getInputStream().read() == 'x';
    }
  }

  private static boolean cut(Socket client) throws Exception {
    try {
      return client.getInputStream().read() < 0;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }
}
