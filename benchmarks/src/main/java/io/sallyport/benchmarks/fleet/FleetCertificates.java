package io.sallyport.benchmarks.fleet;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.sallyport.benchmarks.process.ProcessFaultException;
import io.sallyport.control.security.Role;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TrialAuthority;
import io.sallyport.control.security.TrialAuthority.Holder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The certificates of a fleet, all of one authority: the trial's own for the control plane and the
 * operator, and for each agent one that is signed with the authority's key in this process, for a
 * keytool takes a second for each.
 */
final class FleetCertificates {
  private static final String DOMAIN = "sallyport";
  private static final Duration VALID = Duration.ofDays(2);

  private final Path directory;
  private final TrialAuthority authority;
  private final X509Bundle issuer;

  private FleetCertificates(Path directory, TrialAuthority authority, X509Bundle issuer) {
    this.directory = directory;
    this.authority = authority;
    this.issuer = issuer;
  }

  /** Makes the authority, in a directory. */
  static FleetCertificates in(Path directory) {
    TrialAuthority authority =
        TrialAuthority.in(directory, Path.of(System.getProperty("java.home")), DOMAIN);
    try (InputStream in = Files.newInputStream(directory.resolve("ca.p12"))) {
      char[] password = Files.readString(directory.resolve("ca.password")).strip().toCharArray();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      X509Certificate root = (X509Certificate) store.getCertificate("ca");
      PrivateKey key = (PrivateKey) store.getKey("ca", password);
      return new FleetCertificates(
          directory,
          authority,
          X509Bundle.fromRootCertificateAuthority(root, new KeyPair(root.getPublicKey(), key)));
    } catch (IOException | GeneralSecurityException fault) {
      throw new ProcessFaultException("the trial's authority cannot be opened: " + fault);
    }
  }

  TlsFiles control() {
    return authority.issue(new Holder.Replica("control", List.of("127.0.0.1")), "control", VALID);
  }

  TlsFiles operator() {
    return authority.issue(new Holder.Operator("operator", Role.ADMIN), "operator", VALID);
  }

  /** One agent's own. Any thread. */
  TlsFiles agent(String node) {
    try {
      Instant now = Instant.now();
      X509Bundle issued =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=" + node)
              .addSanUriName("spiffe://" + DOMAIN + "/node/" + node)
              .notBefore(now.minus(VALID))
              .notAfter(now.plus(VALID))
              .buildIssuedBy(issuer);
      Path certificate = directory.resolve(node + ".pem");
      Path key = directory.resolve(node + ".key");
      Files.writeString(certificate, issued.getCertificatePathPEM());
      Files.writeString(key, issued.getPrivateKeyPEM());
      return new TlsFiles(certificate, key, authority.certificate());
    } catch (Exception fault) {
      throw new ProcessFaultException("no certificate for " + node + ": " + fault);
    }
  }
}
