package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.engine.ProxyProtocolTest.Ear;
import io.sallyport.engine.event.SessionEnd;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real HAProxy in front of us, and another behind us, and the client known at both ends. */
final class HaproxyPeerTest {
  private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");

  @TempDir private Path folder;

  @BeforeAll
  static void needsHaproxy() {
    assumeTrue(Files.isExecutable(HAPROXY), "see .ci/install-peers");
  }

  @ParameterizedTest
  @CsvSource({
    "send-proxy, V1, AUTO",
    "send-proxy, V2, NIO",
    "send-proxy-v2, V1, NIO",
    "send-proxy-v2, V2, AUTO",
    "send-proxy-v2, V2, IO_URING"
  })
  void clientIsKnownBehindBoth(String sends, SendProxy version, TransportChoice transport)
      throws Exception {
    int front = Lab.freePort();
    int ours = Lab.freePort();
    int back = Lab.freePort();
    try (Ear ear = new Ear();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      Path configuration =
          Files.writeString(
              folder.resolve("haproxy.cfg"),
              """
              defaults
                  mode tcp
                  timeout connect 2s
                  timeout client 10s
                  timeout server 10s
              listen front
                  bind 127.0.0.1:%d
                  server us 127.0.0.1:%d %s
              listen back
                  bind 127.0.0.1:%d accept-proxy
                  server ear 127.0.0.1:%d send-proxy
              """
                  .formatted(front, ours, sends, back, ear.port()));
      Process haproxy =
          new ProcessBuilder(HAPROXY.toString(), "-db", "-f", configuration.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("haproxy.log").toFile())
              .start();
      try {
        Lab.eventually(() -> listens(back));
        lab.serve(
            Lab.service(
                "icr",
                made ->
                    made.with(
                        new Preamble(
                            new AcceptProxy(
                                List.of(NetworkPrefix.read("127.0.0.1").orElseThrow()),
                                AcceptProxy.Others.REFUSE),
                            version,
                            Routing.NONE,
                            Duration.ofSeconds(5))),
                ours,
                Lab.endpoint(back)));
        int client;
        try (Socket socket = Lab.connect(front)) {
          client = socket.getLocalPort();
          ProxyProtocolTest.send(socket, "hello");
          socket.shutdownOutput();
          assertThat(socket.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("heard");
        }
        assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.COMPLETED);
        assertThat(lab.ended(1).client().getPort()).isEqualTo(client);
        assertThat(ear.heard())
            .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + client + " " + front + "\r\nhello");
      } finally {
        haproxy.destroy();
        haproxy.waitFor();
      }
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = Lab.connect(port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
