package io.sallyport.control.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Who somebody is by their certificate, which an authority of ours has signed.
 *
 * <p>A SPIFFE identity (a URI among the alternative names) counts alone where there is one: {@code
 * spiffe://DOMAIN/node/NAME}, {@code …/replica/NAME}, {@code …/operator/ROLE/NAME}. Without one,
 * the subject counts: {@code CN=NAME} is the node of that name, {@code CN=NAME, OU=replica} a
 * replica, and {@code CN=NAME, OU=viewer} (or editor, admin) an operator.
 *
 * @param trustDomain the domain of SPIFFE identities that are ours
 * @since 0.1
 */
public record Identities(String trustDomain) {
  private static final int URI_NAME = 6;
  private static final String SPIFFE = "spiffe";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:-]{0,252}");

  /** The caller, or why nobody can be told from the certificate. */
  public sealed interface Identity {
    /** Somebody. */
    record Known(Caller caller) implements Identity {}

    /** Nobody. */
    record Unknown(String reason) implements Identity {}
  }

  /** Whom a certificate stands for. Pure; the certificate's chain must have been verified. */
  public Identity of(X509Certificate certificate) {
    List<String> uris;
    try {
      uris = uris(certificate);
    } catch (CertificateParsingException broken) {
      return new Identity.Unknown("the certificate's alternative names cannot be read");
    }
    List<String> spiffe =
        uris.stream().filter(uri -> uri.toLowerCase(Locale.ROOT).startsWith(SPIFFE + ":")).toList();
    return switch (spiffe.size()) {
      case 0 -> ofSubject(certificate);
      case 1 -> ofUri(spiffe.getFirst());
      default -> new Identity.Unknown("the certificate has several SPIFFE identities");
    };
  }

  private static List<String> uris(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> Objects.equals(name.get(0), URI_NAME))
            .map(name -> String.valueOf(name.get(1)))
            .toList();
  }

  private Identity ofUri(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException broken) {
      return new Identity.Unknown("the certificate's SPIFFE identity is not a URI");
    }
    if (!trustDomain.equalsIgnoreCase(uri.getHost())) {
      return new Identity.Unknown(
          "the certificate's SPIFFE identity "
              + text
              + " is not of the trust domain "
              + trustDomain);
    }
    String[] path = Objects.requireNonNullElse(uri.getPath(), "").split("/", -1);
    Optional<Caller> caller =
        switch (path.length) {
          case 3 -> caller(path[1], path[2]);
          case 4 -> path[1].equals("operator") ? operator(path[2], path[3]) : Optional.empty();
          default -> Optional.empty();
        };
    return caller
        .<Identity>map(Identity.Known::new)
        .orElseGet(() ->
            new Identity.Unknown(
                "the certificate's SPIFFE identity "
                    + text
                    + " is none of /node/NAME, /replica/NAME, /operator/ROLE/NAME"));
  }

  private static Identity ofSubject(X509Certificate certificate) {
    String common = "";
    String unit = "node";
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        switch (part.getType().toUpperCase(Locale.ROOT)) {
          case "CN" -> common = String.valueOf(part.getValue());
          case "OU" -> unit = String.valueOf(part.getValue());
          default -> {}
        }
      }
    } catch (InvalidNameException broken) {
      return new Identity.Unknown("the certificate's subject cannot be read");
    }
    String name = common;
    String role = unit;
    return caller(unit, name)
        .or(() -> operator(role, name))
        .<Identity>map(Identity.Known::new)
        .orElseGet(() ->
            new Identity.Unknown(
                "the certificate's subject "
                    + certificate.getSubjectX500Principal().getName()
                    + " names no node, replica or operator"));
  }

  private static Optional<Caller> caller(String kind, String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    return switch (kind) {
      case "node" -> Optional.of(new Caller.Node(name));
      case "replica" -> Optional.of(new Caller.Replica(name));
      default -> Optional.empty();
    };
  }

  private static Optional<Caller> operator(String role, String name) {
    return NAME.matcher(name).matches()
        ? Role.of(role).map(known -> new Caller.Operator(name, known))
        : Optional.empty();
  }
}
