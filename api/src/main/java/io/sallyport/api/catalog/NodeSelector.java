package io.sallyport.api.catalog;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a service is meant for. A node is selected when each part that says something
 * holds it; a selector that says nothing selects every node.
 *
 * @param names nodes by their names
 * @param regions nodes by their regions
 * @param zones nodes by their zones
 * @param labels nodes by their labels: for each key, one of the values
 * @since 0.1
 */
public record NodeSelector(
    Set<String> names, Set<String> regions, Set<String> zones, Map<String, Set<String>> labels) {
  /** Every node. */
  public static final NodeSelector ALL = new NodeSelector(Set.of(), Set.of(), Set.of(), Map.of());

  /** Copies all parts, in order. */
  public NodeSelector {
    names = ordered(names);
    regions = ordered(regions);
    zones = ordered(zones);
    TreeMap<String, Set<String>> copy = new TreeMap<>();
    labels.forEach((key, values) -> copy.put(key, ordered(values)));
    labels = Collections.unmodifiableMap(copy);
  }

  /** Whether a node is meant. */
  public boolean selects(NodeIdentity node) {
    return holds(names, node.name())
        && holds(regions, node.locality().region())
        && holds(zones, node.locality().zone())
        && labels.entrySet().stream()
            .allMatch(label -> holds(label.getValue(), node.labels().get(label.getKey())));
  }

  /** Whether no node can be selected by both, whatever nodes there are. */
  public boolean disjoint(NodeSelector other) {
    return disjoint(names, other.names)
        || disjoint(regions, other.regions)
        || disjoint(zones, other.zones)
        || labels.entrySet().stream()
            .anyMatch(label ->
                disjoint(label.getValue(), other.labels.getOrDefault(label.getKey(), Set.of())));
  }

  private static boolean holds(Set<String> part, @Nullable String value) {
    return part.isEmpty() || (value != null && part.contains(value));
  }

  private static boolean disjoint(Set<String> part, Set<String> other) {
    return !part.isEmpty() && !other.isEmpty() && Collections.disjoint(part, other);
  }

  private static Set<String> ordered(Set<String> part) {
    return Collections.unmodifiableSet(new TreeSet<>(part));
  }
}
