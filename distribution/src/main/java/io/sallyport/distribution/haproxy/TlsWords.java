package io.sallyport.distribution.haproxy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What HAProxy is told of TLS in a check, and what that is in a catalog. HAProxy compares the
 * certificate's name with the one it asks for, and with none where it asks for none.
 */
record TlsWords(
    boolean on,
    Optional<String> sni,
    Optional<String> alpn,
    Optional<String> verify,
    Optional<String> file) {
  static final TlsWords OFF =
      new TlsWords(false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  TlsWords with(String option, String value) {
    return switch (option) {
      case "ssl", "check-ssl" -> new TlsWords(true, sni, alpn, verify, file);
      case "no-check-ssl" -> new TlsWords(false, sni, alpn, verify, file);
      case "sni", "check-sni" -> new TlsWords(on, name(value), alpn, verify, file);
      case "alpn", "check-alpn" -> new TlsWords(on, sni, Optional.of(value), verify, file);
      case "verify" -> new TlsWords(on, sni, alpn, Optional.of(value), file);
      case "ca-file" -> new TlsWords(on, sni, alpn, verify, Optional.of(value));
      default -> this;
    };
  }

  /** {@code sni} takes an expression, of which only a plain text is one name for all. */
  private static Optional<String> name(String value) {
    return Optional.of(
        value.startsWith("str(") && value.endsWith(")")
            ? value.substring(4, value.length() - 1)
            : value);
  }

  /** As keys of a {@code tls} object. */
  Map<String, Object> keys() {
    Map<String, Object> keys = new LinkedHashMap<>();
    sni.ifPresent(text -> keys.put("server-name", text));
    boolean none = verify.filter("none"::equals).isPresent();
    if (none || sni.isEmpty()) {
      keys.put("verify", none ? "none" : "chain");
    }
    file.filter(path -> !path.startsWith("@")).ifPresent(path -> keys.put("ca-file", path));
    alpn.ifPresent(text -> keys.put("alpn", List.of(text.split(",", -1))));
    return keys;
  }
}
