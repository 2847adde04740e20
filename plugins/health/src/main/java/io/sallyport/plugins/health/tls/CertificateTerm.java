package io.sallyport.plugins.health.tls;

import io.sallyport.api.health.ProbePeer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When a peer's certificate, or an issuer's that it depends on, ends.
 *
 * @since 0.1
 */
public final class CertificateTerm {
  private CertificateTerm() {}

  /** For the log: {@code TLSv1.3, certificate ends on 2027-01-31}. */
  public static String words(ProbePeer peer) {
    return peer.version()
        + first(peer).map(soonest -> ", certificate ends on " + day(soonest)).orElse("");
  }

  /**
   * What to warn of; empty when there is nothing. It changes once a day, so that it is told again.
   *
   * @param ahead how long before the end; zero: never
   */
  public static String warning(ProbePeer peer, Instant now, Duration ahead) {
    Optional<X509Certificate> soonest = first(peer);
    if (ahead.isZero() || soonest.isEmpty()) {
      return "";
    }
    Instant end = soonest.get().getNotAfter().toInstant();
    Duration left = Duration.between(now, end);
    if (left.compareTo(ahead) > 0) {
      return "";
    }
    String whose = "certificate of " + soonest.get().getSubjectX500Principal().getName();
    if (left.isNegative()) {
      return whose + " ended on " + day(soonest.get());
    }
    long days = left.toDays();
    String in = days == 0 ? "within a day" : days == 1 ? "in 1 day" : "in " + days + " days";
    return whose + " ends " + in + ", on " + day(soonest.get());
  }

  /** Of the certificates that vouch for one another from the peer's own on, the first to end. */
  private static Optional<X509Certificate> first(ProbePeer peer) {
    List<X509Certificate> path = new ArrayList<>();
    List<X509Certificate> rest = new ArrayList<>(peer.chain());
    while (!rest.isEmpty() && (path.isEmpty() || next(path.getLast(), rest))) {
      path.add(rest.removeFirst());
    }
    return path.stream().min(Comparator.comparing(X509Certificate::getNotAfter));
  }

  /** Brings the issuer of a certificate to the front, if it is there. */
  private static boolean next(X509Certificate certificate, List<X509Certificate> rest) {
    for (int i = 0; i < rest.size(); i++) {
      if (rest.get(i).getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        rest.addFirst(rest.remove(i));
        return true;
      }
    }
    return false;
  }

  private static LocalDate day(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().atZone(ZoneOffset.UTC).toLocalDate();
  }
}
