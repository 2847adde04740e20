package io.sallyport.api.catalog;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Which node an agent runs on: what {@link NodeSelector}s select by.
 *
 * @param name its name, stable over restarts; empty for a node that nobody named
 * @param locality where it stands
 * @param labels what else is known of it, in the order of their keys
 * @since 0.1
 */
public record NodeIdentity(String name, Locality locality, Map<String, String> labels) {
  /** A node of which nothing is known. */
  public static final NodeIdentity UNKNOWN = new NodeIdentity("", Locality.UNKNOWN, Map.of());

  /** Copies the labels. */
  public NodeIdentity {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(locality, "locality");
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
