package io.sallyport.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoZoneTest {
  private static final DemoTarget TARGET = new DemoTarget("icr.io", 18443);
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.ofLiteral("127.20.99.7"), TARGET.port());

  @TempDir private Path directory;
  private DemoZone zone;
  private DemoClient client;
  private Path hosts;

  @BeforeEach
  void open() throws Exception {
    DemoCertificate certificate = DemoCertificate.of(List.of("icr.io"), Instant.now());
    hosts =
        Files.writeString(
            directory.resolve("hosts"),
            """
            # 192.0.2.9 icr.io
            127.20.99.7 cp.icr.io icr.io # ours
            127.20.99.7 other.example
            """);
    client = new DemoClient(hosts, certificate.client());
    zone = new DemoZone("z9", certificate.server(), List.of(ADDRESS));
    zone.open();
  }

  @AfterEach
  void close() {
    zone.close();
  }

  @Test
  void answersByPublicNameWithItsOwnName() throws Exception {
    assertThat(client.ask(TARGET)).isEqualTo("z9");
  }

  @Test
  void nameThatTheCertificateLacksIsNoAnswer() {
    assertThatThrownBy(() -> client.ask(new DemoTarget("other.example", TARGET.port())))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("other.example");
  }

  @Test
  void certificateOfSomebodyElseIsNoAnswer() throws Exception {
    DemoCertificate another = DemoCertificate.of(List.of("icr.io"), Instant.now());
    DemoClient distrustful = new DemoClient(hosts, another.client());
    assertThatThrownBy(() -> distrustful.ask(TARGET)).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void nameThatTheHostsFileLacksIsUnknown() {
    assertThat(client.knows("icr.io")).isTrue();
    assertThat(client.knows("ours")).isFalse();
    assertThatThrownBy(() -> client.ask(new DemoTarget("ours", TARGET.port())))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("ours is not in the hosts file");
  }

  @Test
  void closedZoneRefusesAndServesOnceOpenedAgain() throws Exception {
    zone.close();
    assertThatThrownBy(() -> client.ask(TARGET)).isInstanceOf(ConnectException.class);
    zone.open();
    assertThat(client.ask(TARGET)).isEqualTo("z9");
  }

  @Test
  void silentZoneNeitherAcceptsNorRefusesUntilItIsOpenedAgain() throws Exception {
    zone.silence();
    try (Socket late = new Socket()) {
      assertThatThrownBy(() -> late.connect(ADDRESS, 300))
          .isInstanceOf(SocketTimeoutException.class);
    }
    zone.open();
    assertThat(client.ask(TARGET)).isEqualTo("z9");
  }

  @Test
  void connectionThatWasAcceptedIsAnsweredWhateverBecomesOfTheZone() throws Exception {
    try (Socket accepted = new Socket()) {
      accepted.connect(ADDRESS);
      accepted.setSoTimeout(60_000);
      byte[] noHandshake = "no handshake".getBytes(StandardCharsets.US_ASCII);
      // A TLS record's head, with the whole length: the zone answers as soon as it has all of it.
      accepted.getOutputStream().write(new byte[] {22, 3, 1, 0, (byte) noHandshake.length});
      // Who came later has been answered, so the zone has taken this one out of its queue too.
      client.ask(TARGET);
      zone.close();
      accepted.getOutputStream().write(noHandshake);
      assertThat(accepted.getInputStream().readAllBytes()).as("a TLS alert").isNotEmpty();
    }
  }
}
