package io.sallyport.control.operate.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to reach a control plane.
 *
 * @param addresses tried in this order; at least one
 * @param security how the connection is secured
 * @param token what proves who the operator is, where no certificate does
 * @param deadline how long one question may take
 * @since 0.1
 */
public record ClientSettings(
    List<ControlAddress> addresses, Security security, Optional<String> token, Duration deadline) {
  /** Copies the list. */
  public ClientSettings {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("there is no address");
    }
  }

  /** How a connection is secured. */
  public sealed interface Security {
    /** Not at all; only to the loopback. */
    record Insecure() implements Security {}

    /**
     * TLS.
     *
     * @param authorities certificates, in PEM, that the control plane's is checked with; empty:
     *     those that the JDK trusts
     * @param identity who the operator is, if a certificate proves it
     */
    record Tls(Optional<Path> authorities, Optional<Identity> identity) implements Security {}
  }

  /**
   * Who the operator is.
   *
   * @param certificate in PEM, with those between it and the authority
   * @param key in PEM, PKCS #8, without a password
   */
  public record Identity(Path certificate, Path key) {}
}
