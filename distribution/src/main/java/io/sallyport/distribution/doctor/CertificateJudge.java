package io.sallyport.distribution.doctor;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says what is wrong with a certificate for a name: each problem by itself, in plain words. */
final class CertificateJudge {
  private static final int DNS_NAME = 2;
  private static final int MOST_NAMES = 5;
  private static final Duration SOON = Duration.ofDays(14);

  private final NodeTrust trust;
  private final Instant now;

  CertificateJudge(NodeTrust trust, Instant now) {
    this.trust = trust;
    this.now = now;
  }

  /**
   * What was found.
   *
   * @param problems why clients refuse the certificate
   * @param warning what will be wrong soon; may be empty
   */
  record Findings(List<String> problems, String warning) {
    Findings {
      problems = List.copyOf(problems);
    }
  }

  /** Judges what a server showed for a name; the chain is not empty. */
  Findings judge(String name, List<X509Certificate> chain) {
    List<String> problems = new ArrayList<>();
    String warning = "";
    Instant valid = now;
    for (X509Certificate certificate : chain) {
      Instant from = certificate.getNotBefore().toInstant();
      Instant to = certificate.getNotAfter().toInstant();
      String whose = subject(certificate);
      if (now.isAfter(to)) {
        problems.add("the certificate of " + whose + " has ended on " + day(to));
        valid = to;
      } else if (now.isBefore(from)) {
        problems.add(
            "the certificate of "
                + whose
                + " is not valid before "
                + day(from)
                + " (this machine's clock says "
                + day(now)
                + ")");
        valid = from;
      } else if (Duration.between(now, to).compareTo(soon(from, to)) < 0) {
        long days = Duration.between(now, to).toDays();
        warning = "the certificate of " + whose + " ends on " + day(to) + ", in " + days + " days";
      }
    }
    List<String> names = names(chain.getFirst());
    if (names.stream().noneMatch(pattern -> matches(pattern, name))) {
      problems.add(
          names.isEmpty()
              ? "the certificate is for no name at all, only for its subject "
                  + subject(chain.getFirst())
              : "the certificate is not for " + name + " but for " + listed(names));
    }
    if (!trusted(chain, valid)) {
      problems.add(untrusted(chain));
    }
    return new Findings(problems, warning);
  }

  /** Whether a name of a certificate covers a host: a star stands for one label, the first. */
  static boolean matches(String pattern, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String given = pattern.toLowerCase(Locale.ROOT);
    if (!given.startsWith("*.")) {
      return given.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0 && wanted.substring(dot).equals(given.substring(1));
  }

  /** Certificates that live for days are renewed by machines, late in their life. */
  private static Duration soon(Instant from, Instant to) {
    Duration quarter = Duration.between(from, to).dividedBy(4);
    return quarter.compareTo(SOON) < 0 ? quarter : SOON;
  }

  private static String untrusted(List<X509Certificate> chain) {
    X509Certificate last = chain.getLast();
    boolean alone = last.getIssuerX500Principal().equals(last.getSubjectX500Principal());
    String issuer = last.getIssuerX500Principal().getName();
    if (alone && chain.size() == 1) {
      return "the certificate has signed itself, and this node does not trust it";
    }
    return alone
        ? "the certificate's authority, " + issuer + ", is not trusted by this node"
        : "the certificate leads to "
            + issuer
            + ", which this node does not trust, or the server does not show the certificates"
            + " between";
  }

  private boolean trusted(List<X509Certificate> chain, Instant at) {
    if (trust.anchors().isEmpty()) {
      return false;
    }
    try {
      X509CertSelector leaf = new X509CertSelector();
      leaf.setCertificate(chain.getFirst());
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(trust.anchors(), leaf);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(at));
      return CertPathBuilder.getInstance("PKIX").build(parameters).getCertPath() != null;
    } catch (CertPathBuilderException nobody) {
      return false;
    } catch (GeneralSecurityException fault) {
      throw new IllegalStateException("this JDK cannot judge certificates", fault);
    }
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.getFirst().equals(DNS_NAME)
              && alternative.getLast() instanceof String name) {
            names.add(name);
          }
        }
      }
    } catch (CertificateException broken) {
      return List.of();
    }
    return names;
  }

  private static String listed(List<String> names) {
    String shown = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  static LocalDate day(Instant moment) {
    return moment.atZone(ZoneOffset.UTC).toLocalDate();
  }
}
