package io.sallyport.distribution.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whom the node's programs trust: the system's file of authorities, or the JDK's where there is
 * none, and the files that the user names.
 *
 * @param anchors the authorities
 * @since 0.1
 */
public record NodeTrust(Set<TrustAnchor> anchors) {
  /** Where Linux distributions keep them; the first one that exists is taken. */
  private static final List<String> SYSTEM =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "/etc/ssl/ca-bundle.pem",
          "/etc/ssl/cert.pem");

  private static final String VARIABLE = "SSL_CERT_FILE";

  /** Copies the set. */
  public NodeTrust {
    anchors = Set.copyOf(anchors);
  }

  /** A file of authorities that cannot be used. */
  public static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Reads the authorities; blocks while it does.
   *
   * @param environment of this process
   * @param further files that the user names
   * @throws UnusableException when one of these cannot be used
   */
  public static NodeTrust of(Map<String, String> environment, List<Path> further) {
    Set<TrustAnchor> anchors = new HashSet<>();
    List<String> places = new ArrayList<>();
    if (environment.containsKey(VARIABLE)) {
      places.add(environment.get(VARIABLE));
    }
    places.addAll(SYSTEM);
    for (String place : places) {
      if (anchors.isEmpty()) {
        try {
          anchors.addAll(read(Path.of(place)));
        } catch (IOException | CertificateException | IllegalArgumentException next) {
          // Another one may be there.
        }
      }
    }
    if (anchors.isEmpty()) {
      anchors.addAll(ofTheJdk());
    }
    for (Path file : further) {
      try {
        anchors.addAll(read(file));
      } catch (IOException | CertificateException unusable) {
        throw new UnusableException(
            "--ca "
                + file
                + ": cannot be read as certificates: "
                + unusable.getMessage()
                + "; name a file of certificates in PEM",
            unusable);
      }
    }
    return new NodeTrust(anchors);
  }

  /** The same and the authorities of more files; those that cannot be read are passed over. */
  NodeTrust with(List<Path> files) {
    Set<TrustAnchor> more = new HashSet<>(anchors);
    for (Path file : files) {
      try {
        more.addAll(read(file));
      } catch (IOException | CertificateException unreadable) {
        // Whoever uses it passes over it as well.
      }
    }
    return new NodeTrust(more);
  }

  private static Set<TrustAnchor> read(Path file) throws IOException, CertificateException {
    Set<TrustAnchor> anchors = new HashSet<>();
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
    if (found.isEmpty()) {
      throw new CertificateException("there is none");
    }
    for (Certificate certificate : found) {
      if (certificate instanceof X509Certificate x509) {
        anchors.add(new TrustAnchor(x509, null));
      }
    }
    return anchors;
  }

  private static Set<TrustAnchor> ofTheJdk() {
    Set<TrustAnchor> anchors = new HashSet<>();
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate issuer : x509.getAcceptedIssuers()) {
            anchors.add(new TrustAnchor(issuer, null));
          }
        }
      }
    } catch (GeneralSecurityException none) {
      return Set.of();
    }
    return anchors;
  }
}
