package io.sallyport.plugins.injection.loopback;

import io.sallyport.api.catalog.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the injector left the node, and therefore how the node should still be.
 *
 * @param addresses what must be there
 * @param links the links that matter, by name, as they were
 */
record Expectation(Set<Placement> addresses, Map<String, Link> links) {
  static final Expectation NOTHING = new Expectation(Set.of(), Map.of());

  private static final int NAMED = 3;

  /** Copies both. */
  Expectation {
    addresses = Placement.copy(addresses);
    links = Map.copyOf(links);
  }

  /** True when this news may mean that something differs now. */
  boolean concernedBy(Reply news) {
    return switch (news) {
      case Reply.AddressTold told -> told.gone() && known(told.address().link());
      case Reply.LinkTold told ->
          known(told.link().index()) || links.containsKey(told.link().name());
      case Reply.Ended ended -> false;
      case Reply.Other other -> false;
    };
  }

  /** What differs, in sentences without a full stop; empty when nothing does. */
  List<String> differences(Observation seen) {
    List<String> differences = new ArrayList<>();
    links.values().stream()
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .forEach(link -> {
          Link now = seen.links().get(link.name());
          if (now == null) {
            differences.add(link.name() + " was removed");
          } else if (now.index() != link.index()) {
            differences.add(link.name() + " was replaced by another link");
          } else if (now.up() != link.up()) {
            differences.add(link.name() + (now.up() ? " came up" : " went down"));
          }
        });
    addresses.stream()
        .filter(place -> !seen.serves(place))
        .collect(Collectors.groupingBy(Placement::link))
        .forEach((link, gone) -> differences.add(vanished(link, gone)));
    return differences;
  }

  private boolean known(int index) {
    return links.values().stream().anyMatch(link -> link.index() == index);
  }

  private static String vanished(String link, List<Placement> gone) {
    String some =
        gone.stream()
            .map(place -> Addresses.text(place.address()))
            .sorted()
            .limit(NAMED)
            .collect(Collectors.joining(", "));
    String more = gone.size() > NAMED ? " and " + (gone.size() - NAMED) + " more" : "";
    return some + more + " vanished from " + link;
  }
}
