package io.sallyport.control.security;

import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Reads certificates and keys in PEM, and finds out whether they belong together. */
final class KeyPairFiles {
  private static final byte[] ANYTHING = {1, 2, 3, 4};

  private KeyPairFiles() {}

  /** A certificate with those between it and its authority, and its key. */
  record Pair(List<X509Certificate> chain, PrivateKey key) {}

  /**
   * Reads a certificate and its key.
   *
   * @throws GeneralSecurityException when one of them cannot be used, or the key is another's
   */
  static Pair pair(Path certificate, Path key) throws IOException, GeneralSecurityException {
    X509Certificate[] chain = certificates(certificate);
    PrivateKey read;
    try (InputStream in = Files.newInputStream(key)) {
      read = CertificateUtils.getPrivateKey(in);
    }
    if (!together(chain[0].getPublicKey(), read)) {
      throw new InvalidKeyException(
          "the key in "
              + key
              + " is not that of the certificate in "
              + certificate
              + "; put both there, in either order");
    }
    return new Pair(List.of(chain), read);
  }

  /**
   * Reads the certificates in a file; at least one.
   *
   * @throws CertificateException when there is none
   */
  static X509Certificate[] certificates(Path file) throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] all = CertificateUtils.getX509Certificates(in);
      if (all.length == 0) {
        throw new CertificateException("there is no certificate in " + file);
      }
      return all;
    }
  }

  private static boolean together(PublicKey open, PrivateKey secret)
      throws GeneralSecurityException {
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "DSA" -> "SHA256withDSA";
          default -> secret.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    signature.update(ANYTHING);
    byte[] signed = signature.sign();
    try {
      signature.initVerify(open);
      signature.update(ANYTHING);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException different) {
      // A key of another kind, or a signature that does not even look like one of this key's.
      return false;
    }
  }
}
