package io.sallyport.control.agent;

import io.sallyport.control.security.TlsException;
import io.sallyport.control.security.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * Who an agent is, where its settings leave that to its certificate.
 *
 * @param node the node's name
 * @param trustDomain the certificate's trust domain; empty when it has none
 */
record AgentIdentity(String node, String trustDomain) {
  private static final int URI_NAME = 6;
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final String NODE = "/node/";

  /** By the certificate, or by the machine's name where there is none. Blocks while it reads. */
  static AgentIdentity of(String configured, Optional<TlsFiles> tls) {
    AgentIdentity proven =
        tls.map(files -> of(certificate(files.certificate())))
            .orElseGet(() -> new AgentIdentity(configured.isEmpty() ? hostName() : "", ""));
    return configured.isEmpty() ? proven : new AgentIdentity(configured, proven.trustDomain());
  }

  private static AgentIdentity of(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (Objects.equals(name.get(0), URI_NAME)) {
          URI uri = URI.create(String.valueOf(name.get(1)));
          String path = Objects.requireNonNullElse(uri.getPath(), "");
          if ("spiffe".equalsIgnoreCase(uri.getScheme()) && path.startsWith(NODE)) {
            return new AgentIdentity(
                path.substring(NODE.length()), Objects.requireNonNullElse(uri.getHost(), ""));
          }
        }
      }
      return new AgentIdentity(
          new LdapName(certificate.getSubjectX500Principal().getName())
              .getRdns().stream()
                  .filter(part -> part.getType().equalsIgnoreCase("CN"))
                  .map(part -> String.valueOf(part.getValue()))
                  .findFirst()
                  .orElse(""),
          "");
    } catch (GeneralSecurityException | InvalidNameException | IllegalArgumentException broken) {
      return new AgentIdentity("", "");
    }
  }

  private static X509Certificate certificate(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | GeneralSecurityException fault) {
      throw new TlsException("the certificate " + file + " cannot be read: " + fault, fault);
    }
  }

  private static String hostName() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException unknown) {
      return "";
    }
  }
}
