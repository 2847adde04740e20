package io.sallyport.plugins.health.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeTls.Verification;
import io.sallyport.plugins.health.Openssl;
import io.sallyport.plugins.health.Probing;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsCheckTest {
  @TempDir static Path directory;
  private static Openssl openssl;

  @BeforeAll
  static void makeCertificates() {
    openssl = new Openssl(directory);
    openssl.certificate(
        "icr",
        "icr.io",
        "DNS:icr.io",
        "-startdate",
        "20240101000000Z",
        "-enddate",
        "20990301000000Z");
    openssl.certificate("other", "other.example", "DNS:other.example");
  }

  private static TlsSettings settings(Optional<String> name, Verification verification) {
    return new TlsSettings(
        name,
        verification,
        Optional.of(openssl.authority().toString()),
        List.of(),
        Duration.ofDays(14));
  }

  private static CheckResult check(TlsSettings settings, InetSocketAddress address, String now) {
    try (Probing probing = new Probing(InstantSource.fixed(Instant.parse(now)))) {
      return probing.probe(new TlsCheckFactory(), settings, address);
    }
  }

  @Test
  void certificateOfTheServicesNamePassesAndItsEndIsTold() throws Exception {
    try (Openssl.Server server = openssl.serve("icr")) {
      TlsSettings settings = settings(Optional.empty(), Verification.FULL);
      CheckResult result = check(settings, server.address(), "2026-01-01T00:00:00Z");

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_PASSED);
      assertThat(result.info()).isEqualTo("TLSv1.3, certificate ends on 2099-03-01");
      assertThat(result.warning()).isEmpty();
    }
  }

  @Test
  void endOfACertificateIsWarnedOfAheadOfTime() throws Exception {
    try (Openssl.Server server = openssl.serve("icr")) {
      TlsSettings settings = settings(Optional.empty(), Verification.FULL);

      assertThat(check(settings, server.address(), "2099-02-14T00:00:00Z").warning()).isEmpty();
      CheckResult near = check(settings, server.address(), "2099-02-19T12:00:00Z");
      assertThat(near.status()).isEqualTo(CheckStatus.LAYER6_PASSED);
      assertThat(near.warning())
          .isEqualTo("certificate of CN=icr.io ends in 9 days, on 2099-03-01");
      assertThat(check(settings, server.address(), "2099-02-28T12:00:00Z").warning())
          .isEqualTo("certificate of CN=icr.io ends within a day, on 2099-03-01");
      assertThat(check(settings, server.address(), "2099-03-02T00:00:00Z").warning())
          .isEqualTo("certificate of CN=icr.io ended on 2099-03-01");
      TlsSettings silent =
          new TlsSettings(
              Optional.empty(), Verification.NONE, Optional.empty(), List.of(), Duration.ZERO);
      assertThat(check(silent, server.address(), "2099-03-02T00:00:00Z").warning()).isEmpty();
    }
  }

  @Test
  void certificateOfAnotherNameFailsUnlessThatNameIsWanted() throws Exception {
    String now = "2026-01-01T00:00:00Z";
    try (Openssl.Server server = openssl.serve("other")) {
      CheckResult result =
          check(settings(Optional.empty(), Verification.FULL), server.address(), now);

      assertThat(result.status()).isEqualTo(CheckStatus.LAYER6_INVALID_RESPONSE);
      assertThat(result.info()).isEqualTo("certificate is not for icr.io but for other.example");
      Optional<String> wanted = Optional.of("other.example");
      assertThat(check(settings(wanted, Verification.FULL), server.address(), now).status())
          .isEqualTo(CheckStatus.LAYER6_PASSED);
      assertThat(
              check(settings(Optional.empty(), Verification.CHAIN), server.address(), now).status())
          .isEqualTo(CheckStatus.LAYER6_PASSED);
    }
  }
}
