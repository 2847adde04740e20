package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.HostName;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Ids of services: the shortest public name with hyphens for dots, or the name of the first
 * frontend where there is no public name.
 */
final class ServiceIds {
  private static final int LONGEST = 100;

  private final Set<String> taken = new HashSet<>();

  String id(List<HostName> names, String frontend) {
    String base =
        names.stream()
            .map(HostName::text)
            .min(Comparator.comparingInt(String::length))
            .orElseGet(() -> frontend.replaceFirst("(?i)(?<=.)[-_.]?front-?end$", ""));
    String id =
        base.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "-").replaceAll("^[-_]+|-+$", "");
    String bare = id.isEmpty() ? "service" : id.substring(0, Math.min(LONGEST, id.length()));
    String unique = bare;
    for (int number = 2; !taken.add(unique); number++) {
      unique = bare + "-" + number;
    }
    return unique;
  }
}
