package io.sallyport.distribution.haproxy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a zone from a name that starts with one, such as {@code z1-1.private.icr.io}. */
final class Zones {
  private static final Pattern ZONE = Pattern.compile("((?:z|az|zone)-?\\d{1,3})(?:[-_.].*)?");

  private Zones() {}

  static Optional<String> of(Server server) {
    return of(server.host).or(() -> of(server.name));
  }

  private static Optional<String> of(String name) {
    Matcher zone = ZONE.matcher(name.toLowerCase(Locale.ROOT));
    return zone.matches() ? Optional.of(zone.group(1)) : Optional.empty();
  }
}
