package io.sallyport.plugins.health.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeTls.Verification;
import io.sallyport.plugins.health.Openssl;
import io.sallyport.plugins.health.Peer;
import io.sallyport.plugins.health.Probing;
import io.sallyport.plugins.health.Talker;
import io.sallyport.plugins.health.tls.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against nginx, which speaks plain HTTP and HTTPS, and Debian's docker-registry. */
@Timeout(60)
class HttpCheckTest {
  @TempDir static Path directory;
  private static final int PLAIN = Peer.freePort();
  private static final int SECURE = Peer.freePort();
  private static Openssl openssl;
  private static Peer nginx;

  private final Probing probing = new Probing();

  @BeforeAll
  static void startNginx() throws Exception {
    String program = Peer.program("nginx");
    openssl = new Openssl(directory);
    openssl.certificate("icr", "icr.io", "DNS:icr.io");
    Path log = directory.resolve("nginx.log");
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        daemon off;
        master_process off;
        pid %1$s/nginx.pid;
        error_log stderr;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
          server {
            listen 127.0.0.1:%2$d;
            listen 127.0.0.1:%3$d ssl;
            ssl_certificate %1$s/icr.pem;
            ssl_certificate_key %1$s/icr.key;
            location / { return 200 "all is well\\n"; }
            location /host { return 200 "you asked $host by $request_method of $http_x_who"; }
            location /away { return 302 /elsewhere; }
            location /broken { return 503 "sorry"; }
            location /denied { return 401 "who are you"; }
            location /big { alias %1$s/big; }
          }
        }
        """
            .formatted(directory, PLAIN, SECURE));
    Files.writeString(directory.resolve("big"), "x".repeat(200_000) + "the end");
    nginx =
        Peer.start(
            SECURE, log, List.of(program, "-c", configuration.toString(), "-p", directory + "/"));
  }

  @AfterAll
  static void stopNginx() {
    if (nginx != null) {
      nginx.close();
    }
  }

  @AfterEach
  void close() {
    probing.close();
  }

  private static final HttpSettings USUAL =
      new HttpSettings(
          "GET",
          "/",
          Optional.empty(),
          List.of(),
          Optional.empty(),
          List.of("200-399"),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          16_384,
          Optional.empty());

  private static HttpSettings path(String path, String... status) {
    return new HttpSettings(
        "GET",
        path,
        Optional.empty(),
        List.of("X-Who: sallyport"),
        Optional.empty(),
        List.of(status),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        16_384,
        Optional.empty());
  }

  /** With what its body must be like. */
  private static HttpSettings body(
      HttpSettings settings, String text, String regex, String unwanted, int most) {
    return new HttpSettings(
        settings.method(),
        settings.path(),
        settings.host(),
        settings.headers(),
        settings.requestBody(),
        settings.status(),
        Optional.ofNullable(text),
        Optional.ofNullable(regex),
        Optional.ofNullable(unwanted),
        Optional.empty(),
        most,
        settings.tls());
  }

  private CheckResult probe(HttpSettings settings) {
    return probing.probe(new HttpCheckFactory(), settings, Peer.at(PLAIN));
  }

  @Test
  void goodStatusPassesWithItsCodeAndWords() {
    CheckResult result = probe(USUAL);

    assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
    assertThat(result.code()).hasValue(200);
    assertThat(result.info()).isEqualTo("OK");
    assertThat(probe(path("/away", "200-399")).code()).hasValue(302);
  }

  @Test
  void badStatusIsToldAsHaproxyTellsIt() {
    CheckResult result = probe(path("/broken", "200-399"));

    assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_WRONG_STATUS);
    assertThat(result.status().text()).isEqualTo("Layer7 wrong status");
    assertThat(result.code()).hasValue(503);
    assertThat(result.info()).isEqualTo("Service Temporarily Unavailable");
    assertThat(probe(path("/broken", "200", "500-599")).status())
        .isEqualTo(CheckStatus.LAYER7_PASSED);
    assertThat(probe(path("/denied", "200", "402-499")).status())
        .isEqualTo(CheckStatus.LAYER7_WRONG_STATUS);
  }

  @Test
  void asksForTheServicesNameWithItsHeaders() {
    HttpSettings asking = path("/host", "200");

    assertThat(probe(body(asking, "you asked icr.io by GET of sallyport", null, null, 999)).info())
        .isEqualTo("OK");
    HttpSettings other =
        new HttpSettings(
            "POST",
            "/host",
            Optional.of("other.example"),
            List.of(),
            Optional.of("hello"),
            List.of("200"),
            Optional.of("you asked other.example by POST of "),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            16_384,
            Optional.empty());
    assertThat(probe(other).status()).isEqualTo(CheckStatus.LAYER7_PASSED);
  }

  @Test
  void bodyDecidesWhereItIsLookedInto() {
    assertThat(probe(body(USUAL, "is well", "^all.*well\\n$", "sick", 999)).status())
        .isEqualTo(CheckStatus.LAYER7_PASSED);
    CheckResult other = probe(body(USUAL, "is ill", null, null, 999));
    assertThat(other.status()).isEqualTo(CheckStatus.LAYER7_INVALID_RESPONSE);
    assertThat(other.code()).hasValue(200);
    assertThat(other.info()).isEqualTo("HTTP content check did not match");
    assertThat(probe(body(USUAL, null, "^well", null, 999)).info())
        .isEqualTo("HTTP content check did not match");
    assertThat(probe(body(USUAL, null, null, "well", 999)).info())
        .isEqualTo("HTTP check matched unwanted content");
    assertThat(probe(body(path("/broken", "200"), "sorry", null, null, 999)).status())
        .isEqualTo(CheckStatus.LAYER7_WRONG_STATUS);
  }

  @Test
  void onlyTheBeginningOfALargeAnswerIsRead() {
    assertThat(probe(body(path("/big", "200"), "the end", null, null, 300_000)).status())
        .isEqualTo(CheckStatus.LAYER7_PASSED);
    assertThat(probe(body(path("/big", "200"), "the end", null, null, 100_000)).info())
        .isEqualTo("HTTP content check did not match");
    assertThat(probe(body(path("/big", "200"), "xxx", null, null, 1_000)).status())
        .isEqualTo(CheckStatus.LAYER7_PASSED);
  }

  @Test
  void sameOverTls() {
    TlsSettings tls =
        new TlsSettings(
            Optional.empty(),
            Verification.FULL,
            Optional.of(openssl.authority().toString()),
            List.of(),
            Duration.ofDays(60));
    HttpSettings settings =
        new HttpSettings(
            "HEAD",
            "/",
            Optional.empty(),
            List.of(),
            Optional.empty(),
            List.of("200"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            16_384,
            Optional.of(tls));
    CheckResult result = probing.probe(new HttpsCheckFactory(), settings, Peer.at(SECURE));

    assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
    assertThat(result.warning()).startsWith("certificate of CN=icr.io ends in ");
    CheckResult plain = probing.probe(new HttpsCheckFactory(), settings, Peer.at(PLAIN));
    assertThat(plain.status()).isEqualTo(CheckStatus.LAYER6_INVALID_RESPONSE);
    assertThat(plain.info()).isEqualTo("the endpoint does not speak TLS");
  }

  @Test
  void whatIsNoHttpIsAnInvalidResponse() throws Exception {
    try (Talker mail = Talker.saying("220 mail.example ESMTP\r\n")) {
      CheckResult result = probing.probe(new HttpCheckFactory(), USUAL, mail.address());

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_INVALID_RESPONSE);
      assertThat(result.info()).isEqualTo("the endpoint does not speak HTTP");
    }
    try (Talker mute = Talker.with((in, out) -> in.readNBytes(100_000))) {
      assertThat(
              probing
                  .probe(new HttpCheckFactory(), USUAL, mute.address(), Duration.ofSeconds(3))
                  .status())
          .isEqualTo(CheckStatus.LAYER7_TIMEOUT);
    }
  }

  @Test
  void registryPassesOpenOrAskingForALogin() throws Exception {
    String program = Peer.program("docker-registry");
    for (String auth : List.of("", "auth: {silly: {realm: r, service: s}}")) {
      int port = Peer.freePort();
      Path configuration = directory.resolve("registry-" + port + ".yml");
      Files.writeString(
          configuration,
          """
          version: 0.1
          log: {level: warn, accesslog: {disabled: true}}
          storage: {inmemory: {}}
          http: {addr: "127.0.0.1:%d"}
          %s
          """
              .formatted(port, auth));
      try (Peer registry =
          Peer.start(
              port,
              directory.resolve("registry.log"),
              List.of(program, "serve", configuration.toString()))) {
        HttpSettings preset = path("/v2/", "200", "401");
        CheckResult result = probing.probe(new HttpCheckFactory(), preset, Peer.at(port));

        assertThat(result.status()).isEqualTo(CheckStatus.LAYER7_PASSED);
        assertThat(result.code()).hasValue(auth.isEmpty() ? 200 : 401);
        assertThat(registry.process().isAlive()).isTrue();
      }
    }
  }
}
