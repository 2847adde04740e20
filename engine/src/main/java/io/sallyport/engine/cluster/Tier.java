package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.Picker;
import java.util.List;

/**
 * Endpoints that are equally good, and the picker among them.
 *
 * @param standing what they have in common
 * @param endpoints at least one
 * @param picker made for exactly this list
 * @since 0.1
 */
public record Tier(Standing standing, List<ClusterEndpoint> endpoints, Picker picker) {
  /** Copies the endpoints. */
  public Tier {
    endpoints = List.copyOf(endpoints);
  }
}
