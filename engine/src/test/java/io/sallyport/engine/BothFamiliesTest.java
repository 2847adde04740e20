package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.Service;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** IPv6 on either side of a session, and both families within one cluster. */
@EnabledIf(value = "ipv6", disabledReason = "this machine has no ::1")
final class BothFamiliesTest {
  private static final InetAddress SIX = InetAddress.ofLiteral("::1");

  static boolean ipv6() {
    try (ServerSocket trial = new ServerSocket(0, 1, SIX)) {
      return trial.isBound();
    } catch (IOException none) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void sessionsOfBothFamiliesReachEndpointsOfBothFamilies(TransportChoice transport)
      throws Exception {
    try (Peer four = Peer.saying("4");
        Peer six = Peer.on("::1", 0, socket -> socket.getOutputStream().write('6'));
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      Service onFour = Lab.service("four", port, endpoint("four", four), endpoint("six", six));
      lab.serve(onFour, new Service("six", onFour.names(), SIX, onFour.ports()));

      for (InetAddress at : new InetAddress[] {Lab.LOOPBACK, SIX}) {
        Set<String> heard = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
          heard.add(ask(at, port));
        }
        assertThat(heard).as("endpoints behind %s", at).containsExactly("4", "6");
      }

      lab.ended(8);
      assertThat(lab.events(SessionEnded.class))
          .allSatisfy(ended -> {
            assertThat(ended.end()).isEqualTo(SessionEnd.COMPLETED);
            assertThat(ended.client().getAddress())
                .isEqualTo(ended.service().equals("six") ? SIX : Lab.LOOPBACK);
          });
      assertThat(lab.endpoint("six", "six").addresses()).hasSize(1);
    }
  }

  private static Endpoint endpoint(String name, Peer peer) {
    String host = name.equals("six") ? "::1" : "127.0.0.1";
    return new Endpoint(
        name, host, peer.port(), "", 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  private static String ask(InetAddress at, int port) throws IOException {
    try (Socket socket = new Socket(at, port)) {
      socket.setSoTimeout(15_000);
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
