package io.sallyport.api.health;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What an endpoint showed of itself when TLS was agreed.
 *
 * @param version of TLS, such as {@code TLSv1.3}
 * @param protocol what was agreed by ALPN; empty when nothing was
 * @param chain its certificates as it sent them, its own first
 * @since 0.1
 */
public record ProbePeer(String version, String protocol, List<X509Certificate> chain) {
  /** Copies the chain. */
  public ProbePeer {
    chain = List.copyOf(chain);
  }
}
