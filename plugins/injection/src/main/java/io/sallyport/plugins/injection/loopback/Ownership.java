package io.sallyport.plugins.injection.loopback;

import java.util.Map;
import java.util.Set;

/**
 * What this agent put on the node, or is about to.
 *
 * @param links the hardware addresses of the links it made, by their names: each is random, so that
 *     another link of the same name is not mistaken for ours
 * @param addresses the addresses it added
 */
record Ownership(Map<String, String> links, Set<Placement> addresses) {
  static final Ownership NONE = new Ownership(Map.of(), Set.of());

  /** Copies both. */
  Ownership {
    links = Map.copyOf(links);
    addresses = Placement.copy(addresses);
  }

  /** True when this is a link that the agent made. */
  boolean made(Link link) {
    return !link.hardware().isEmpty() && link.hardware().equals(links.get(link.name()));
  }
}
