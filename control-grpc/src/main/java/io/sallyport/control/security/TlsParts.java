package io.sallyport.control.security;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Those files of a client of TLS that there are, in PEM. They are read again when they change.
 *
 * @param authorities the authorities whose certificates are trusted; empty: the system's
 * @param identity what to show; empty: nothing
 * @since 0.1
 */
public record TlsParts(Optional<Path> authorities, Optional<Identity> identity) {
  /**
   * A certificate and its key.
   *
   * @param certificate the certificate, with those between it and its authority behind it
   * @param key its private key, PKCS#8
   */
  public record Identity(Path certificate, Path key) {}

  /** All of them. */
  static TlsParts of(TlsFiles files) {
    return new TlsParts(
        Optional.of(files.authorities()),
        Optional.of(new Identity(files.certificate(), files.key())));
  }

  /** All of them. */
  List<Path> files() {
    List<Path> all = new ArrayList<>();
    identity.ifPresent(own -> {
      all.add(own.certificate());
      all.add(own.key());
    });
    authorities.ifPresent(all::add);
    return all;
  }
}
