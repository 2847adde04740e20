package io.sallyport.distribution.admin;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.EndpointMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark of a request. */
final class Query {
  private Query() {}

  /** Keys and values; a key that stands twice has its last value. */
  static Map<String, String> of(@Nullable String raw) {
    Map<String, String> said = new HashMap<>();
    for (String part : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        said.put(decoded(part.substring(0, equals)), decoded(part.substring(equals + 1)));
      }
    }
    return said;
  }

  static Optional<EndpointMode> mode(String text) {
    for (EndpointMode mode : EndpointMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /** A port, or none where the text is empty; empty when it is neither. */
  static Optional<OptionalInt> port(String text) {
    if (text.isEmpty()) {
      return Optional.of(OptionalInt.empty());
    }
    return text.matches("\\d{1,5}")
        ? Optional.of(OptionalInt.of(Integer.parseInt(text)))
        : Optional.empty();
  }

  /** Whether a Host header has an address, or localhost, and maybe a port. */
  static boolean namesAnAddress(@Nullable String host) {
    if (host == null) {
      return false;
    }
    int colon = host.lastIndexOf(':');
    boolean port = colon > host.lastIndexOf(']');
    String name = port ? host.substring(0, colon) : host;
    return name.equalsIgnoreCase("localhost") || Addresses.literal(name).isPresent();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return "";
    }
  }
}
