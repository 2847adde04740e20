package io.sallyport.plugins.health.tls;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeTls;
import io.sallyport.api.health.ProbeTls.Verification;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a check agrees on TLS: the settings of {@code tls}, and the {@code tls} object of others.
 *
 * @param serverName the name that is asked for and that the certificate must hold; by default the
 *     service's first public name
 * @param verify what must be right about the certificate
 * @param caFile an absolute path of trusted certificates (PEM); by default those of the machine
 * @param alpn the protocols to offer
 * @param expiryWarning how long before a certificate ends that is warned of; zero: never
 * @since 0.1
 */
public record TlsSettings(
    Optional<String> serverName,
    Verification verify,
    Optional<String> caFile,
    List<String> alpn,
    Duration expiryWarning) {
  private static final Duration USUAL_WARNING = Duration.ofDays(14);
  private static final Duration LONGEST_WARNING = Duration.ofDays(3650);
  private static final int LONGEST_PROTOCOL = 255;

  /** What holds where nothing is said. */
  public static final TlsSettings USUAL =
      new TlsSettings(
          Optional.empty(), Verification.FULL, Optional.empty(), List.of(), USUAL_WARNING);

  /** Copies the list. */
  public TlsSettings {
    alpn = List.copyOf(alpn);
  }

  /** Reads the keys of a section; the caller finishes it. */
  public static TlsSettings read(ConfigSection section) {
    Optional<String> name = section.text("server-name");
    name.filter(text -> Addresses.literal(text).isEmpty())
        .flatMap(HostName::complaint)
        .ifPresent(words -> section.problem("server-name", words, "write a host name"));
    Optional<String> file = section.text("ca-file");
    if (file.isPresent() && !absolute(file.get())) {
      section.problem(
          "ca-file",
          "is not an absolute path",
          "write the whole path, such as /etc/ssl/our-ca.pem");
      file = Optional.empty();
    }
    List<String> protocols = section.texts("alpn");
    if (protocols.stream().anyMatch(text -> text.isEmpty() || text.length() > LONGEST_PROTOCOL)) {
      section.problem("alpn", "holds what is no protocol", "write names such as h2 or http/1.1");
      protocols = List.of();
    }
    return new TlsSettings(
        name,
        section.choice("verify", Verification.FULL),
        file,
        protocols,
        section.duration("expiry-warning", USUAL_WARNING, Duration.ZERO, LONGEST_WARNING));
  }

  /** The same, of an object of its own; what is usual where there is none. */
  public static TlsSettings within(ConfigSection section, String key) {
    return section
        .section(key)
        .map(own -> {
          TlsSettings read = read(own);
          own.finish();
          return read;
        })
        .orElse(USUAL);
  }

  /** Has the engine make ready for it. */
  public void prepare(ProbeConnector connector) {
    connector.prepare(
        new ProbeTls(serverName.orElse("localhost"), verify, caFile.map(Path::of), alpn));
  }

  /** How to agree on TLS with a target, offering these protocols where the settings offer none. */
  public ProbeTls tls(CheckTarget target, List<String> usualProtocols) {
    return new ProbeTls(
        serverName.orElseGet(target::realName),
        verify,
        caFile.map(Path::of),
        alpn.isEmpty() ? usualProtocols : alpn);
  }

  private static boolean absolute(String text) {
    try {
      return Path.of(text).isAbsolute();
    } catch (InvalidPathException unusable) {
      return false;
    }
  }
}
