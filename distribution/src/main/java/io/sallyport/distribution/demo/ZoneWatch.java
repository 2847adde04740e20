package io.sallyport.distribution.demo;

import io.sallyport.distribution.demo.DemoFrame.Use;
import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Follows what the node makes of one zone: an endpoint for each listener, told as one. Used by one
 * thread.
 */
final class ZoneWatch {
  private final String zone;
  private Use use = Use.USED;
  private String health = "";
  private Awaited awaited = Awaited.NOTHING;
  private Duration caused = Duration.ZERO;

  ZoneWatch(String zone) {
    this.zone = zone;
  }

  /** The zone has failed: that nothing goes there any more will be news. */
  void failed(Duration at) {
    caused = at;
    awaited = Awaited.AVOIDANCE;
  }

  /** The zone has returned: that it gets sessions again will be news. */
  void returned(Duration at) {
    caused = at;
    awaited = Awaited.USE;
  }

  String zone() {
    return zone;
  }

  Use use() {
    return use;
  }

  /** The health of the zone's worst endpoint, as the node shows it. */
  String health() {
    return health;
  }

  /**
   * Takes the node's status.
   *
   * @return the news in words, or an empty text
   */
  String observe(NodeStatus status, Duration at) {
    List<EndpointStatus> endpoints = endpoints(status);
    if (endpoints.isEmpty()) {
      return "";
    }
    EndpointStatus worst = endpoints.getFirst();
    for (EndpointStatus endpoint : endpoints) {
      if (use(endpoint).compareTo(use(worst)) > 0) {
        worst = endpoint;
      }
    }
    health = worst.health();
    use = use(worst);
    boolean none = endpoints.stream().noneMatch(endpoint -> use(endpoint) == Use.USED);
    return switch (awaited) {
      case NOTHING -> "";
      case AVOIDANCE -> none ? news("is avoided by all new sessions", at) : "";
      case USE -> use == Use.USED ? news("gets its share of sessions again", at) : "";
    };
  }

  private String news(String what, Duration at) {
    awaited = Awaited.NOTHING;
    double seconds = at.minus(caused).toMillis() / 1000.0;
    return String.format(Locale.ROOT, "%s %s, %.2f s later", zone, what, seconds);
  }

  private List<EndpointStatus> endpoints(NodeStatus status) {
    List<EndpointStatus> found = new ArrayList<>();
    for (ServiceStatus service : status.services()) {
      for (ListenerStatus listener : service.listeners()) {
        listener.endpoints().stream()
            .filter(endpoint -> endpoint.zone().equals(zone))
            .forEach(found::add);
      }
    }
    return found;
  }

  private static Use use(EndpointStatus endpoint) {
    if (!endpoint.up()) {
      return Use.DOWN;
    }
    return endpoint.avoided() || endpoint.ejectedMillis() > 0 ? Use.AVOIDED : Use.USED;
  }

  /** What would be news. */
  private enum Awaited {
    NOTHING,
    AVOIDANCE,
    USE
  }
}
