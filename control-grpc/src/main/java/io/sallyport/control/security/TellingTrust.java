package io.sallyport.control.security;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which clients' certificates are not trusted, and why, so many between two looks at
 * the files. Any thread.
 */
final class TellingTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(TellingTrust.class);
  private static final int TOLD_BETWEEN_LOOKS = 10;

  private final X509ExtendedTrustManager trust;
  private final AtomicInteger refused = new AtomicInteger();

  TellingTrust(X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  /** Time has passed: there may be lines again. */
  void looked() {
    int before = refused.getAndSet(0);
    if (before > TOLD_BETWEEN_LOOKS) {
      LOG.atWarn()
          .addKeyValue("certificates", before - TOLD_BETWEEN_LOOKS)
          .log("more certificates of clients were refused");
    }
  }

  private CertificateException told(X509Certificate[] chain, CertificateException refusal) {
    if (refused.incrementAndGet() <= TOLD_BETWEEN_LOOKS) {
      LOG.atWarn()
          .addKeyValue("subject", chain.length == 0 ? "" : chain[0].getSubjectX500Principal())
          .addKeyValue("issuer", chain.length == 0 ? "" : chain[0].getIssuerX500Principal())
          .addKeyValue("reason", refusal.getMessage())
          .log("the certificate of a client was refused");
    }
    return refusal;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      trust.checkClientTrusted(chain, type, engine);
    } catch (CertificateException refusal) {
      throw told(chain, refusal);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    try {
      trust.checkClientTrusted(chain, type, socket);
    } catch (CertificateException refusal) {
      throw told(chain, refusal);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      trust.checkClientTrusted(chain, type);
    } catch (CertificateException refusal) {
      throw told(chain, refusal);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trust.checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    trust.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trust.checkServerTrusted(chain, type);
  }

  /**
   * Names no authority, so that clients show what they have. BoringSSL asks but once, and would
   * tell clients of those that were there at the start.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
