package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.Picker;
import java.util.List;

/**
 * Endpoints that are equally good and equally near, and the picker among them.
 *
 * @param endpoints at least one
 * @param picker made for exactly this list
 * @since 0.1
 */
public record Place(List<ClusterEndpoint> endpoints, Picker picker) {
  /** Copies the endpoints. */
  public Place {
    endpoints = List.copyOf(endpoints);
  }
}
