package io.sallyport.distribution.doctor;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a server wants to be asked: a {@code WWW-Authenticate} header (RFC 9110, section 11).
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters names in lower case, values without quotes
 */
record Challenge(String scheme, Map<String, String> parameters) {
  Challenge {
    parameters = Map.copyOf(parameters);
  }

  /** The first challenge with a scheme that these headers hold. */
  static Optional<Challenge> of(String scheme, List<String> headers) {
    for (String header : headers) {
      int space = header.indexOf(' ');
      String found = (space < 0 ? header : header.substring(0, space)).toLowerCase(Locale.ROOT);
      if (found.equals(scheme)) {
        return Optional.of(
            new Challenge(found, space < 0 ? Map.of() : parameters(header.substring(space + 1))));
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> found = new HashMap<>();
    int at = 0;
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        break;
      }
      String key = text.substring(at, equals).replace(",", " ").strip().toLowerCase(Locale.ROOT);
      StringBuilder value = new StringBuilder();
      at = equals + 1;
      if (at < text.length() && text.charAt(at) == '"') {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
          if (text.charAt(at) == '\\' && at + 1 < text.length()) {
            at++;
          }
          value.append(text.charAt(at++));
        }
        at++;
      } else {
        while (at < text.length() && text.charAt(at) != ',') {
          value.append(text.charAt(at++));
        }
      }
      found.putIfAbsent(key, value.toString().strip());
    }
    return found;
  }
}
