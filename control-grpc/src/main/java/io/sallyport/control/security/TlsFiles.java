package io.sallyport.control.security;

import io.sallyport.api.config.ConfigSection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one side of mutual TLS, in PEM. They are read again when they change.
 *
 * @param certificate the certificate, with those between it and its authority behind it
 * @param key its private key, PKCS#8
 * @param authorities the authorities whose certificates are trusted
 * @since 0.1
 */
public record TlsFiles(Path certificate, Path key, Path authorities) {
  /**
   * Reads the keys {@code certificate}, {@code key} and {@code ca}, all required; what is wrong is
   * recorded in the section, and empty returned.
   */
  public static Optional<TlsFiles> parse(ConfigSection section) {
    Optional<Path> certificate = file(section, "certificate");
    Optional<Path> key = file(section, "key");
    Optional<Path> authorities = file(section, "ca");
    return certificate.isEmpty() || key.isEmpty() || authorities.isEmpty()
        ? Optional.empty()
        : Optional.of(new TlsFiles(certificate.get(), key.get(), authorities.get()));
  }

  private static Optional<Path> file(ConfigSection section, String key) {
    String text = section.requiredText(key, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Path file = Path.of(text);
    if (!file.isAbsolute()) {
      section.problem(key, "is not an absolute path", "write the whole path, from / on");
      return Optional.empty();
    }
    if (!Files.isReadable(file)) {
      section.problem(key, "cannot be read", "create the file, in PEM, and let this user read it");
      return Optional.empty();
    }
    return Optional.of(file);
  }
}
