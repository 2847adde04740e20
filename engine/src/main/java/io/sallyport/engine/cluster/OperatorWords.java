package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.EndpointMode;
import java.util.HashMap;
import java.util.Map;

/**
 * What an operator said of single endpoints, beside the catalog. It outlives the catalogs that come
 * after, also one without the endpoint, and ends with the process.
 *
 * <p>Control loop only.
 *
 * @since 0.1
 */
public final class OperatorWords {
  private final Map<Place, EndpointMode> said = new HashMap<>();

  private record Place(String service, int port, String endpoint) {}

  /** Starts with nothing said. */
  public OperatorWords() {}

  void say(String service, int port, String endpoint, EndpointMode mode) {
    Place place = new Place(service, port, endpoint);
    if (mode == EndpointMode.ENABLED) {
      said.remove(place);
    } else {
      said.put(place, mode);
    }
  }

  EndpointMode of(String service, int port, String endpoint) {
    return said.getOrDefault(new Place(service, port, endpoint), EndpointMode.ENABLED);
  }
}
