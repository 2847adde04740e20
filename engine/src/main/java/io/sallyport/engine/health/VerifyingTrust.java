package io.sallyport.engine.health;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts whom another one trusts, and says in plain words what is wrong with the others. Whether
 * the name counts is up to the engine's parameters.
 */
final class VerifyingTrust extends X509ExtendedTrustManager {
  /** The JDK's words where no chain leads to an authority, or to one of its name only. */
  private static final List<String> NOBODY =
      List.of("unable to find valid certification path", "does not chain with any of the trust");

  private static final int MOST_NAMES = 5;
  private static final int DNS_NAME = 2;
  private static final int ADDRESS = 7;

  private final X509ExtendedTrustManager trusted;

  VerifyingTrust(X509ExtendedTrustManager trusted) {
    this.trusted = trusted;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      trusted.checkServerTrusted(chain, type, engine);
    } catch (CertificateException wrong) {
      throw new UntrustedException(reason(chain, type, engine, wrong), wrong);
    }
  }

  private String reason(
      X509Certificate[] chain, String type, SSLEngine engine, CertificateException wrong) {
    try {
      trusted.checkServerTrusted(chain, type);
    } catch (CertificateException untrusted) {
      return untrusted(chain, String.valueOf(untrusted.getMessage()));
    }
    String host = engine.getPeerHost();
    List<String> names = names(chain[0]);
    return names.isEmpty()
        ? "certificate is not for " + host + ": " + wrong.getMessage()
        : "certificate is not for " + host + " but for " + String.join(", ", names);
  }

  private static String untrusted(X509Certificate[] chain, String words) {
    for (X509Certificate certificate : chain) {
      String whose = "certificate of " + certificate.getSubjectX500Principal().getName();
      try {
        certificate.checkValidity();
      } catch (CertificateExpiredException over) {
        return whose + " ended on " + day(certificate.getNotAfter().toInstant());
      } catch (CertificateNotYetValidException early) {
        return whose + " is not valid before " + day(certificate.getNotBefore().toInstant());
      }
    }
    return NOBODY.stream().anyMatch(words::contains)
        ? "certificate is issued by nobody trusted: "
            + chain[chain.length - 1].getIssuerX500Principal().getName()
        : "certificate is not valid: " + words;
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          boolean readable =
              alternative.getFirst().equals(DNS_NAME) || alternative.getFirst().equals(ADDRESS);
          if (readable && alternative.getLast() instanceof String name) {
            names.add(name);
          }
        }
      }
    } catch (CertificateException broken) {
      return List.of();
    }
    if (names.size() > MOST_NAMES) {
      int more = names.size() - MOST_NAMES;
      names = new ArrayList<>(names.subList(0, MOST_NAMES));
      names.add(more + " more");
    }
    return names;
  }

  private static LocalDate day(Instant moment) {
    return moment.atZone(ZoneOffset.UTC).toLocalDate();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    trusted.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trusted.checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trusted.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    trusted.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trusted.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trusted.getAcceptedIssuers();
  }

  /** A certificate that is not trusted, and why. */
  static final class UntrustedException extends CertificateException {
    private static final long serialVersionUID = 1L;

    UntrustedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
