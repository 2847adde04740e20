package io.sallyport.distribution.doctor;

import static io.sallyport.distribution.doctor.CannedServer.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports of real servers: what is told of TLS, of certificates and of registries. */
class PortExamTest {
  private static final String NAME = "icr.example";
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Limits LIMITS = limits(Duration.ofSeconds(30));
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
  private static X509Bundle authority;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  @TempDir private Path etc;
  private Limits limits = LIMITS;
  private FurtherHosts further =
      new FurtherHosts(List.of(), new SystemReaders(LIMITS.lookup(), threads, "getent"), LIMITS);

  @BeforeAll
  static void makeAuthority() throws Exception {
    authority =
        certificate("CN=Authority")
            .setIsCertificateAuthority(true)
            .setKeyUsage(true, KeyUsage.keyCertSign)
            .buildSelfSigned();
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  void aRegistryThatAnybodyMayReadIsFollowedToItsBlobs() throws Exception {
    Map<String, String> answers = new HashMap<>();
    answers.put("/v2/", answer("200 OK", "{}", "Docker-Distribution-Api-Version: registry/2.0"));
    answers.put("/v2/_catalog?n=1", answer("200 OK", "{\"repositories\":[\"lib/a\"]}"));
    answers.put("/v2/lib/a/tags/list?n=1", answer("200 OK", "{\"tags\": [\"1\"]}"));
    // Chunked, and cut in the middle of a digest.
    answers.put(
        "/v2/lib/a/manifests/1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n"
            + "{\"manifests\":[{\"dige\r\n"
            + Integer.toHexString(6 + DIGEST.length() + 3)
            + "\r\nst\":  \""
            + DIGEST
            + "\"}]\r\n0\r\n\r\n");
    answers.put(
        "/v2/lib/a/manifests/" + DIGEST, answer("200 OK", "{\"digest\":\"" + DIGEST + "\"}"));
    answers.put(
        "/v2/lib/a/blobs/" + DIGEST,
        "HTTP/1.1 307 Elsewhere\r\nLocation: https://127.0.0.1:1/blob\r\n\r\n");
    try (CannedServer server = CannedServer.tls(good(), answers)) {
      List<Link> links = examine(server.port(), true);

      assertThat(server.serverNames()).contains(NAME);
      assertThat(server.requests()).contains("HEAD /v2/lib/a/blobs/" + DIGEST + " HTTP/1.1");
      assertThat(of(links, Link.TLS))
          .isEqualTo(
              Link.ok(Link.TLS, "TLSv1.3, a certificate for icr.example that ends on 2026-12-01"));
      assertThat(of(links, Link.REGISTRY).verdict()).isEqualTo(Verdict.BROKEN);
      assertThat(of(links, Link.REGISTRY).reason())
          .isEqualTo(
              "an image registry that lets anybody read; clients get blobs from 127.0.0.1:1, which"
                  + " the catalog lacks; 127.0.0.1:1 cannot be reached from here (Connection"
                  + " refused)");
      assertThat(further.lacking())
          .containsExactly(
              new FurtherHost(
                  "127.0.0.1",
                  1,
                  "blobs",
                  "icr.example:" + server.port(),
                  "127.0.0.1:1 cannot be reached from here (Connection refused)"));
    }
  }

  @Test
  void theHostOfARealmIsHeldAgainstTheCatalog() throws Exception {
    try (CannedServer server =
        CannedServer.tls(good(), Map.of("/v2/", challenge("auth.example")))) {
      NamedService auth =
          new NamedService(
              "auth",
              InetAddress.getLoopbackAddress(),
              List.of("auth.example"),
              List.of(new NamedService.Port(8443, false, true)));
      further =
          new FurtherHosts(
              List.of(auth), new SystemReaders(LIMITS.lookup(), threads, "getent"), LIMITS);
      assertThat(of(examine(server.port(), true), Link.REGISTRY))
          .isEqualTo(
              Link.broken(
                  Link.REGISTRY,
                  "an image registry; clients get tokens from auth.example, and the catalog has"
                      + " auth.example, but not its port 443; where blobs lie cannot be told"
                      + " without credentials",
                  "add port 443 to the service auth"));
      assertThat(further.lacking())
          .extracting(FurtherHost::host, FurtherHost::role)
          .containsExactly(tuple("tokens.example", "token service"));
    }
  }

  @Test
  void aRealmThatIsReachedAllTheSameIsAWarning() throws Exception {
    try (ServerSocket realm = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CannedServer server =
            CannedServer.tls(
                good(), Map.of("/v2/", challenge("127.0.0.1:" + realm.getLocalPort())))) {
      Link link = of(examine(server.port(), true), Link.REGISTRY);

      assertThat(link.verdict()).isEqualTo(Verdict.WARN);
      assertThat(link.reason())
          .contains("which the catalog lacks; from here it is reached at 127.0.0.1:");
    }
  }

  @Test
  void eachProblemOfACertificateIsToldByItself() throws Exception {
    X509Bundle bad =
        certificate("CN=Old")
            .addSanDnsName("old.example")
            .notAfter(NOW.minus(Duration.ofDays(3)))
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    try (CannedServer server = CannedServer.tls(bad, Map.of())) {
      Link tls = of(examine(server.port(), false), Link.TLS);

      assertThat(tls.verdict()).isEqualTo(Verdict.BROKEN);
      assertThat(tls.reason())
          .isEqualTo(
              "the certificate of CN=Old has ended on 2026-05-29; the certificate is not for"
                  + " icr.example but for old.example; the certificate has signed itself, and this"
                  + " node does not trust it");
    }
  }

  @Test
  void anEndedCertificateOfATrustedAuthorityHasThatOneProblem() throws Exception {
    X509Bundle ended =
        certificate("CN=Ended")
            .addSanDnsName(NAME)
            .notAfter(NOW.minus(Duration.ofDays(3)))
            .buildIssuedBy(authority);
    try (CannedServer server = CannedServer.tls(ended, Map.of())) {
      assertThat(of(examine(server.port(), false), Link.TLS).reason())
          .isEqualTo("the certificate of CN=Ended has ended on 2026-05-29");
    }
  }

  @Test
  void anAuthorityThatTheContainerToolsTrustForTheNameCounts() throws Exception {
    X509Bundle own =
        certificate("CN=Own")
            .addSanDnsName(NAME)
            .notAfter(NOW.plus(Duration.ofDays(3)))
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    try (CannedServer server = CannedServer.tls(own, Map.of())) {
      Path certs =
          Files.createDirectories(
              etc.resolve("docker").resolve("certs.d").resolve(NAME + ":" + server.port()));
      Files.writeString(certs.resolve("ca.crt"), own.getCertificatePEM());

      assertThat(of(examine(server.port(), false), Link.TLS))
          .isEqualTo(
              Link.warn(
                  Link.TLS, "the certificate of CN=Own ends on 2026-06-04, in 3 days", "renew it"));
    }
  }

  @Test
  void aCertificateThatLivesForHoursIsNoWarningUntilItsLastQuarter() throws Exception {
    CertificateBuilder brief =
        certificate("CN=Brief").addSanDnsName(NAME).notBefore(NOW.minus(Duration.ofHours(12)));
    X509Bundle young =
        brief.copy().notAfter(NOW.plus(Duration.ofHours(12))).buildIssuedBy(authority);
    X509Bundle old = brief.copy().notAfter(NOW.plus(Duration.ofHours(3))).buildIssuedBy(authority);
    try (CannedServer first = CannedServer.tls(young, Map.of());
        CannedServer second = CannedServer.tls(old, Map.of())) {
      assertThat(of(examine(first.port(), true), Link.TLS).verdict()).isEqualTo(Verdict.OK);
      assertThat(of(examine(second.port(), true), Link.TLS).verdict()).isEqualTo(Verdict.WARN);
    }
  }

  @Test
  void aPortWithoutTlsIsNotBroken() throws Exception {
    try (CannedServer banner = CannedServer.plain(first -> "SSH-2.0-Example\r\n")) {
      List<Link> links = examine(banner.port(), true);
      assertThat(of(links, Link.TLS)).isEqualTo(Link.skipped(Link.TLS, "it does not speak TLS"));
      assertThat(of(links, Link.REGISTRY))
          .isEqualTo(
              Link.skipped(Link.REGISTRY, "it does not speak HTTP: it says \"SSH-2.0-Example\""));
    }
    try (CannedServer registry =
        CannedServer.plain(first ->
            first.startsWith("GET /v2/ ")
                ? answer("503 Busy", "", "Docker-Distribution-Api-Version: registry/2.0")
                : answer("400 Bad Request", ""))) {
      assertThat(of(examine(registry.port(), false), Link.REGISTRY))
          .isEqualTo(
              Link.broken(
                  Link.REGISTRY,
                  "an image registry that answers GET /v2/ with 503",
                  "see the registry's own log"));
    }
  }

  @Test
  void aPortThatWantsAProxyHeaderGetsOne() throws Exception {
    try (CannedServer server = CannedServer.plain(first -> "no\r\n")) {
      examine(new NamedService.Port(server.port(), true, false));

      assertThat(server.requests()).isNotEmpty().containsOnly("PROXY UNKNOWN");
    }
  }

  @Test
  void silenceIsBrokenOnlyWhereTlsIsExpected() throws Exception {
    limits = limits(Duration.ofMillis(700));
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      assertThat(of(examine(silent.getLocalPort(), false), Link.TLS))
          .isEqualTo(
              Link.skipped(
                  Link.TLS, "it says nothing to TLS within 0 s: it may speak something else"));
      assertThat(of(examine(silent.getLocalPort(), true), Link.TLS).verdict())
          .isEqualTo(Verdict.BROKEN);
    }
  }

  @Test
  void whoeverDripsIsCutOff() throws Exception {
    try (CannedServer endless =
        CannedServer.tls(good(), first -> "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(20_000))) {
      assertThat(of(examine(endless.port(), true), Link.REGISTRY))
          .isEqualTo(
              Link.skipped(
                  Link.REGISTRY, "it did not answer GET /v2/: its answer's head is too long"));
    }
  }

  @Test
  void whereNothingListensNothingElseIsTried() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    List<Link> links = examine(free, true);

    assertThat(of(links, Link.LISTENER))
        .isEqualTo(
            Link.broken(
                Link.LISTENER,
                "nothing accepts at 127.0.0.1:"
                    + free
                    + " (Connection refused); no agent answers at the admin port",
                "start the agent: sallyport run"));
    assertThat(of(links, Link.TLS).reason()).isEqualTo("not tried: nothing accepts connections");
  }

  @Test
  void whoAcceptsInPlaceOfTheAgentIsNamed() throws Exception {
    try (CannedServer server = CannedServer.tls(good(), Map.of())) {
      Link listener = of(examine(server.port(), true), Link.LISTENER);

      assertThat(listener.verdict()).isEqualTo(Verdict.WARN);
      assertThat(listener.reason())
          .isEqualTo(
              "127.0.0.1:"
                  + server.port()
                  + " accepts; it is java (process "
                  + ProcessHandle.current().pid()
                  + "), and no agent answers at the admin port");
    }
  }

  private static Limits limits(Duration talk) {
    return new Limits(
        Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(20), talk, 4);
  }

  private static String challenge(String host) {
    return answer(
        "401 Unauthorized",
        "",
        "WWW-Authenticate: Basic realm=\"x\"",
        "www-authenticate: Bearer realm=\"https://"
            + host
            + "/token\",service=\"tokens.example\",scope=\"a,b\"");
  }

  private List<Link> examine(int port, boolean tls) {
    return examine(new NamedService.Port(port, false, tls));
  }

  private List<Link> examine(NamedService.Port port) {
    NamedService service =
        new NamedService("icr", InetAddress.getLoopbackAddress(), List.of(NAME), List.of(port));
    PortExam.Tools tools =
        new PortExam.Tools(
            limits,
            new Deadlines(timer),
            new NodeFiles(etc.resolve("hosts"), etc),
            new NodeTrust(Set.of(authority.getTrustAnchor())),
            further,
            new ListenerOwner(Path.of("/proc")),
            NOW);
    return new PortExam(tools, service, service.ports().getFirst(), Agent.none("none"))
        .links(NAME, Link.ok(Link.ADDRESS, "here"));
  }

  private static Link of(List<Link> links, String which) {
    return links.stream().filter(link -> link.link().equals(which)).findFirst().orElseThrow();
  }

  private static X509Bundle good() throws Exception {
    return certificate("CN=" + NAME).addSanDnsName(NAME).buildIssuedBy(authority);
  }

  private static CertificateBuilder certificate(String subject) {
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .notBefore(Instant.parse("2026-01-01T00:00:00Z"))
        .notAfter(Instant.parse("2026-12-01T00:00:00Z"));
  }
}
