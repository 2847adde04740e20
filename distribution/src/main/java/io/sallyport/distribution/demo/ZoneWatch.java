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
  private boolean told = true;
  private Duration caused = Duration.ZERO;

  ZoneWatch(String zone) {
    this.zone = zone;
  }

  /** Something was done to the zone: what the node makes of it is news from now on. */
  void caused(Duration at) {
    caused = at;
    told = false;
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
      if (use(endpoint).ordinal() > use(worst).ordinal()) {
        worst = endpoint;
      }
    }
    health = worst.health();
    Use before = use;
    use = use(worst);
    boolean none = endpoints.stream().noneMatch(endpoint -> use(endpoint) == Use.USED);
    boolean news = !told && (none || use == Use.USED && before != Use.USED);
    if (!news) {
      return "";
    }
    told = true;
    return String.format(
        Locale.ROOT,
        "%s %s, %.2f s later",
        zone,
        none ? "gets no new session from any listener" : "gets sessions again from each listener",
        at.minus(caused).toMillis() / 1000.0);
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
    return endpoint.avoided() ? Use.AVOIDED : Use.USED;
  }
}
