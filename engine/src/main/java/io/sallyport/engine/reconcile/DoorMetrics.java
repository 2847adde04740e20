package io.sallyport.engine.reconcile;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.session.Listener;
import io.sallyport.engine.status.MetricNames;
import java.util.HashMap;
import java.util.Map;

/**
 * The metrics of one listener and its endpoints. They read counters that are kept anyway, so that
 * the data path pays nothing for them.
 */
final class DoorMetrics {
  private final MetricRegistry registry;
  private final String service;
  private final String port;
  private final Map<String, Gauge<Number>> listenerMetrics = new HashMap<>();
  private final Map<String, Map<String, Gauge<Number>>> endpointMetrics = new HashMap<>();

  DoorMetrics(MetricRegistry registry, String service, int port) {
    this.registry = registry;
    this.service = service;
    this.port = String.valueOf(port);
  }

  void opened(Listener listener) {
    put(listenerMetrics, name("sessions_total"), listener::total);
    put(listenerMetrics, name("sessions_active"), listener::active);
    put(listenerMetrics, name("sessions_queued"), listener::queued);
    put(listenerMetrics, name("sessions_failed_total"), listener::failed);
    put(listenerMetrics, name("bytes_up_total"), listener::bytesUp);
    put(listenerMetrics, name("bytes_down_total"), listener::bytesDown);
  }

  void closed() {
    listenerMetrics.forEach(this::remove);
    listenerMetrics.clear();
    endpointMetrics.values().forEach(metrics -> metrics.forEach(this::remove));
    endpointMetrics.clear();
  }

  void added(ClusterEndpoint endpoint) {
    Map<String, Gauge<Number>> its =
        endpointMetrics.computeIfAbsent(endpoint.name(), any -> new HashMap<>());
    put(its, name("endpoint_up", endpoint), () -> endpoint.standing().failOpen() ? 0 : 1);
    put(its, name("endpoint_sessions_active", endpoint), endpoint::activeSessions);
    put(its, name("endpoint_sessions_total", endpoint), endpoint::totalSessions);
    put(its, name("endpoint_connect_failures_total", endpoint), endpoint::connectFailures);
    put(its, name("endpoint_check_failures_total", endpoint), endpoint::checkFailures);
    put(its, name("endpoint_session_failures_total", endpoint), endpoint::sessionFailures);
    put(its, name("endpoint_ejections_total", endpoint), endpoint::ejections);
  }

  void removed(ClusterEndpoint endpoint) {
    Map<String, Gauge<Number>> its = endpointMetrics.remove(endpoint.name());
    if (its != null) {
      its.forEach(this::remove);
    }
  }

  private String name(String metric) {
    return MetricNames.of(metric, "service", service, "port", port);
  }

  private String name(String metric, ClusterEndpoint endpoint) {
    return MetricNames.of(metric, "service", service, "port", port, "endpoint", endpoint.name());
  }

  private void put(Map<String, Gauge<Number>> ours, String name, Gauge<Number> gauge) {
    registry.remove(name);
    registry.register(name, gauge);
    ours.put(name, gauge);
  }

  /** A service that moved, or came back, may have a metric of the same name by now. */
  private void remove(String name, Gauge<Number> gauge) {
    if (gauge.equals(registry.getMetrics().get(name))) {
      registry.remove(name);
    }
  }
}
