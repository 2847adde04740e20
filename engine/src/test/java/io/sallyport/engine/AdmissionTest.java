package io.sallyport.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.AcceptProxy;
import io.sallyport.api.catalog.Admission;
import io.sallyport.api.catalog.NetworkPrefix;
import io.sallyport.api.catalog.Preamble;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.SendProxy;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.HaproxyLines;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.Hellos;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ports that are for clients of some networks only. */
final class AdmissionTest {
  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "IO_URING", "NIO"})
  void clientOfNoNetworkThatIsAllowedIsCutOff(TransportChoice transport) throws Exception {
    try (ProxyProtocolTest.Ear ear = new ProxyProtocolTest.Ear();
        Lab lab = new Lab(settings -> SessionsTest.on(settings, transport))) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "icr",
              made -> made.with(allow("10.0.0.0/8", "127.0.0.2")),
              port,
              Lab.endpoint(ear.port())));
      assertThat(heard("127.0.0.2", port, "hello")).isEqualTo("heard");
      assertThat(ear.heard()).isEqualTo("hello");
      assertThat(heard("127.0.0.3", port, "hello")).isEqualTo("cut");

      Lab.eventually(() -> lab.events(SessionEnded.class).size() == 2);
      SessionEnded refused =
          lab.events(SessionEnded.class).stream()
              .filter(ended -> ended.end() == SessionEnd.CLIENT_NOT_ALLOWED)
              .findFirst()
              .orElseThrow();
      assertThat(refused.end().tag()).isEqualTo("client-not-allowed");
      assertThat(refused.client().getAddress().getHostAddress()).isEqualTo("127.0.0.3");
      assertThat(refused.attempts()).isZero();
      assertThat(new HaproxyLines(ZoneOffset.UTC).of(refused).getFirst())
          .contains("/<NOSRV> -1/-1/", " PR ");
      assertThat(
              lab.metrics()
                  .getGauges()
                  .get("session_ends_total{reason=\"client-not-allowed\"}")
                  .getValue())
          .isEqualTo(1L);
      assertThat(lab.listener("icr").failedSessions()).isEqualTo(1);
      Lab.eventually(() -> lab.status().activeSessions() == 0);
      assertThat(lab.listener("icr").activeSessions()).isZero();
    }
  }

  @Test
  void clientIsTheOneThatAProxyHeaderNames() throws Exception {
    try (ProxyProtocolTest.Ear ear = new ProxyProtocolTest.Ear();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      AcceptProxy local = new AcceptProxy(networks("127.0.0.0/8"), AcceptProxy.Others.REFUSE);
      lab.serve(
          Lab.service(
              "icr",
              made ->
                  made.with(
                          new Preamble(local, SendProxy.NONE, Routing.NONE, Duration.ofSeconds(15)))
                      .with(allow("192.0.2.0/24")),
              port,
              Lab.endpoint(ear.port())));
      String header = "PROXY TCP4 %s 198.51.100.9 4711 443\r\n";
      assertThat(heard("127.0.0.1", port, header.formatted("192.0.2.7") + "hello"))
          .isEqualTo("heard");
      assertThat(heard("127.0.0.1", port, header.formatted("192.0.3.7") + "hello"))
          .isEqualTo("cut");
      Lab.eventually(() -> lab.events(SessionEnded.class).size() == 2);
      assertThat(lab.events(SessionEnded.class))
          .filteredOn(ended -> ended.end() == SessionEnd.CLIENT_NOT_ALLOWED)
          .singleElement()
          .satisfies(ended ->
              assertThat(ended.client().getAddress().getHostAddress()).isEqualTo("192.0.3.7"));
    }
  }

  @Test
  void servicesThatShareAPortJudgeTheirOwnClients() throws Exception {
    try (ProxyProtocolTest.Ear a = new ProxyProtocolTest.Ear();
        ProxyProtocolTest.Ear b = new ProxyProtocolTest.Ear();
        Lab lab = new Lab()) {
      int port = Lab.freePort();
      lab.serve(
          Lab.service(
              "a",
              made -> shared(made, "a").with(allow("10.0.0.0/8")),
              port,
              Lab.endpoint(a.port())),
          Lab.service("b", made -> shared(made, "b"), port, Lab.endpoint(b.port())));
      assertThat(heard("127.0.0.1", port, Hellos.asking("a.example.com"))).isEqualTo("cut");
      assertThat(lab.ended(1).service()).isEqualTo("a");
      assertThat(lab.ended(1).end()).isEqualTo(SessionEnd.CLIENT_NOT_ALLOWED);
      assertThat(heard("127.0.0.1", port, Hellos.asking("b.example.com"))).isEqualTo("heard");
      assertThat(lab.ended(2).end()).isEqualTo(SessionEnd.COMPLETED);
      Lab.eventually(() -> lab.status().activeSessions() == 0);
      assertThat(lab.listener("a").activeSessions()).isZero();
    }
  }

  private static ServicePort shared(ServicePort made, String id) {
    return made.with(
        new Preamble(
            AcceptProxy.NONE,
            SendProxy.NONE,
            new Routing(Routing.By.SNI, List.of(id + ".example.com"), false),
            Duration.ofSeconds(15)));
  }

  private static Admission allow(String... networks) {
    return new Admission(networks(networks), QueuePolicy.NONE);
  }

  private static List<NetworkPrefix> networks(String... texts) {
    return Stream.of(texts).map(text -> NetworkPrefix.read(text).orElseThrow()).toList();
  }

  private static String heard(String from, int port, String says) throws IOException {
    return heard(from, port, says.getBytes(UTF_8));
  }

  private static String heard(String from, int port, byte[] says) throws IOException {
    try (Socket client = new Socket()) {
      client.setSoTimeout(15_000);
      client.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
      client.connect(new InetSocketAddress(Lab.LOOPBACK, port), 15_000);
      ProxyProtocolTest.send(client, says);
      client.shutdownOutput();
      String all = new String(client.getInputStream().readAllBytes(), UTF_8);
      return all.isEmpty() ? "cut" : all;
    } catch (SocketException reset) {
      // Perhaps while it still connected.
      assertThat(reset).hasMessageMatching(".*(reset|Broken pipe).*");
      return "cut";
    }
  }
}
