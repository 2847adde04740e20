package io.sallyport.api.health;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a probe agrees on TLS.
 *
 * @param serverName the name that is asked for (SNI) and that the certificate must hold; an address
 *     is looked for in the certificate, and not asked for
 * @param verification what must be right about the certificate
 * @param authorities a file of certificates (PEM) that are trusted, read again when it changes;
 *     empty: those that this machine trusts
 * @param protocols what is offered by ALPN, most wanted first; empty: no ALPN
 * @since 0.1
 */
public record ProbeTls(
    String serverName,
    Verification verification,
    Optional<Path> authorities,
    List<String> protocols) {
  /** What must be right about a certificate. */
  public enum Verification {
    /** It is valid, issued by somebody trusted, and holds the name. */
    FULL,
    /** It is valid and issued by somebody trusted, whatever its name. */
    CHAIN,
    /** Nothing; any certificate will do. */
    NONE
  }

  /** Copies the list. */
  public ProbeTls {
    Objects.requireNonNull(serverName, "serverName");
    Objects.requireNonNull(verification, "verification");
    Objects.requireNonNull(authorities, "authorities");
    protocols = List.copyOf(protocols);
  }
}
