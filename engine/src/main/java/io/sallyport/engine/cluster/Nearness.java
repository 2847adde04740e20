package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.LocalityPreference;

/**
 * How near an endpoint is to the node, nearest first. Whose region is not said stands in the
 * node's: a catalog for one region need not repeat it.
 */
enum Nearness {
  /** In the node's zone; or the node does not know where it stands, or does not care. */
  ZONE,
  /** In the node's region, in another zone. */
  REGION,
  /** In another region. */
  ELSEWHERE;

  static Nearness of(Endpoint endpoint, Locality node, LocalityPreference preference) {
    return switch (preference) {
      case NONE -> ZONE;
      case NEAREST -> {
        if (!node.region().isEmpty()
            && !endpoint.region().isEmpty()
            && !node.region().equals(endpoint.region())) {
          yield ELSEWHERE;
        }
        boolean near = node.zone().isEmpty() || node.zone().equals(endpoint.zone());
        yield near ? ZONE : REGION;
      }
    };
  }
}
