package io.sallyport.engine.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.api.health.ProbeTls;
import io.sallyport.api.health.ProbeTls.Verification;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsConversationTest {
  @TempDir static Path directory;
  private static Openssl openssl;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ExecutorService thinkers = HealthWork.threads();
  private final NettyProbeConnector connector =
      new NettyProbeConnector(loops, NioSocketChannel.class, thinkers, System::nanoTime);

  @BeforeAll
  static void makeCertificates() {
    openssl = new Openssl(directory);
    openssl.certificate("icr", "icr.io", "DNS:icr.io,DNS:*.private.icr.io,IP:127.0.0.1");
    openssl.certificate("other", "other.example", "DNS:other.example");
  }

  @AfterEach
  void endLoops() {
    thinkers.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private CheckResult shake(InetSocketAddress address, ProbeTls tls, Duration timeout) {
    ProbeDialogue dialogue =
        new ProbeDialogue() {
          @Override
          public ProbeMove opened(Optional<ProbePeer> peer) {
            ProbePeer there = peer.orElseThrow();
            return ProbeMove.finish(
                CheckStatus.LAYER6_PASSED,
                there.version()
                    + " "
                    + there.protocol()
                    + " "
                    + there.chain().getFirst().getSubjectX500Principal().getName());
          }

          @Override
          public ProbeMove heard(ProbeHearing hearing) {
            return ProbeMove.LISTEN;
          }
        };
    return connector
        .converse(new ProbeRequest(address, timeout, 100, Optional.of(tls)), dialogue)
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  private CheckResult shake(InetSocketAddress address, ProbeTls tls) {
    return shake(address, tls, Duration.ofSeconds(20));
  }

  private static ProbeTls tls(String name, Verification verification) {
    return new ProbeTls(name, verification, Optional.of(openssl.authority()), List.of());
  }

  @Test
  void certificateOfTheNameIsTrusted() throws Exception {
    try (Openssl.Server server = openssl.serve("icr")) {
      CheckResult result = shake(server.address(), tls("icr.io", Verification.FULL));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_PASSED);
      assertThat(result.info()).isEqualTo("TLSv1.3  CN=icr.io");
      assertThat(shake(server.address(), tls("127.0.0.1", Verification.FULL)).status())
          .isEqualTo(CheckStatus.LAYER6_PASSED);
      // What the private zones use, and SNI does not like.
      assertThat(shake(server.address(), tls("a_b.private.icr.io", Verification.CHAIN)).info())
          .isEqualTo("TLSv1.3  CN=icr.io");
    }
  }

  @Test
  void nameIsAskedForBySni() throws Exception {
    try (Openssl.Server server =
        openssl.serve(
            "icr", "-servername", "other.example", "-cert2", "other.pem", "-key2", "other.key")) {
      assertThat(shake(server.address(), tls("icr.io", Verification.FULL)).info())
          .endsWith("CN=icr.io");
      assertThat(shake(server.address(), tls("other.example", Verification.FULL)).info())
          .endsWith("CN=other.example");
    }
  }

  @Test
  void protocolIsAgreedByAlpn() throws Exception {
    try (Openssl.Server server = openssl.serve("icr", "-alpn", "http/1.1")) {
      ProbeTls tls =
          new ProbeTls(
              "icr.io",
              Verification.FULL,
              Optional.of(openssl.authority()),
              List.of("h2", "http/1.1"));

      assertThat(shake(server.address(), tls).info()).startsWith("TLSv1.3 http/1.1 ");
    }
  }

  @Test
  void certificateOfAnotherNameIsToldWithItsNames() throws Exception {
    try (Openssl.Server server = openssl.serve("other")) {
      CheckResult result = shake(server.address(), tls("icr.io", Verification.FULL));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_INVALID_RESPONSE);
      assertThat(result.info()).isEqualTo("certificate is not for icr.io but for other.example");
      assertThat(shake(server.address(), tls("icr.io", Verification.CHAIN)).status())
          .isEqualTo(CheckStatus.LAYER6_PASSED);
    }
  }

  @Test
  void certificateOfAStrangersAuthorityIsNotTrusted() throws Exception {
    try (Openssl.Server server = openssl.serve("icr")) {
      // Empty: what this machine trusts.
      ProbeTls tls = new ProbeTls("icr.io", Verification.FULL, Optional.empty(), List.of());
      CheckResult result = shake(server.address(), tls);

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_INVALID_RESPONSE);
      assertThat(result.info())
          .isEqualTo("certificate is issued by nobody trusted: CN=test-authority");
      ProbeTls blind = new ProbeTls("icr.io", Verification.NONE, Optional.empty(), List.of());
      assertThat(shake(server.address(), blind).status()).isEqualTo(CheckStatus.LAYER6_PASSED);
    }
  }

  @Test
  void certificateThatHasEndedIsToldWithItsDay() throws Exception {
    openssl.certificate(
        "old",
        "icr.io",
        "DNS:icr.io",
        "-startdate",
        "20200101000000Z",
        "-enddate",
        "20200201000000Z");
    try (Openssl.Server server = openssl.serve("old")) {
      CheckResult result = shake(server.address(), tls("icr.io", Verification.FULL));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_INVALID_RESPONSE);
      assertThat(result.info()).isEqualTo("certificate of CN=icr.io ended on 2020-02-01");
    }
  }

  @Test
  void everyHandshakeIsAWholeOne() throws Exception {
    Openssl.Server first = openssl.serve("icr");
    InetSocketAddress address = first.address();
    try (first) {
      for (int i = 0; i < 3; i++) {
        assertThat(shake(address, tls("icr.io", Verification.FULL)).info())
            .isEqualTo("TLSv1.3  CN=icr.io");
      }
    }
    String log = Files.readString(directory.resolve("server-" + address.getPort() + ".log"));
    assertThat(log).doesNotContain("Reused");
  }

  @Test
  void endpointWithoutTlsIsTold() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = server.accept()) {
              socket.getOutputStream().write("220 mail ready\r\n".getBytes(StandardCharsets.UTF_8));
              socket.getInputStream().readNBytes(10_000);
            } catch (java.io.IOException over) {
              // The probe has gone.
            }
          });
      CheckResult result =
          shake(
              (InetSocketAddress) server.getLocalSocketAddress(), tls("icr.io", Verification.FULL));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_INVALID_RESPONSE);
      assertThat(result.info()).isEqualTo("the endpoint does not speak TLS");
    }
  }

  @Test
  void handshakeThatIsNotAnsweredTimesOutAtLayerSix() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
      CheckResult result =
          shake(
              (InetSocketAddress) server.getLocalSocketAddress(),
              tls("icr.io", Verification.FULL),
              Duration.ofSeconds(3));

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_TIMEOUT);
    }
  }

  @Test
  void renewedAuthoritiesCountAtOnceAndBrokenOnesLeaveTheOldInForce() throws Exception {
    Path file = directory.resolve("trusted.pem");
    ProbeTls tls = new ProbeTls("icr.io", Verification.FULL, Optional.of(file), List.of());
    try (Openssl.Server server = openssl.serve("icr")) {
      CheckResult missing = shake(server.address(), tls);
      assertThat(missing.status()).isEqualTo(CheckStatus.SOCKET_ERROR);
      assertThat(missing.info())
          .isEqualTo("trusted certificates of " + file + " cannot be read: there is no such file");

      Path foreign = Files.createDirectory(directory.resolve("foreign"));
      Files.copy(new Openssl(foreign).authority(), file);
      assertThat(shake(server.address(), tls).info())
          .isEqualTo("certificate is issued by nobody trusted: CN=test-authority");

      Files.copy(openssl.authority(), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
      CheckResult good = shake(server.address(), tls);
      assertThat(good.status()).isEqualTo(CheckStatus.LAYER6_PASSED);
      assertThat(good.warning()).isEmpty();

      Files.writeString(file, "half a fi");
      CheckResult broken = shake(server.address(), tls);
      assertThat(broken.status()).isEqualTo(CheckStatus.LAYER6_PASSED);
      assertThat(broken.warning())
          .startsWith("trusted certificates of " + file + " cannot be read: ")
          .endsWith("; those read before go on");
    }
  }
}
