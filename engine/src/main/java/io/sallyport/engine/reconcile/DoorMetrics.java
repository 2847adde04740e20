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
  private final Map<String, Gauge<Number>> ours = new HashMap<>();

  DoorMetrics(MetricRegistry registry, String service, int port) {
    this.registry = registry;
    this.service = service;
    this.port = String.valueOf(port);
  }

  void opened(Listener listener) {
    put("sessions_total", listener::total);
    put("sessions_active", listener::active);
    put("sessions_failed_total", listener::failed);
    put("bytes_up_total", listener::bytesUp);
    put("bytes_down_total", listener::bytesDown);
  }

  void closed() {
    ours.forEach(this::remove);
    ours.clear();
  }

  void added(ClusterEndpoint endpoint) {
    String name = endpoint.name();
    put("endpoint_up", () -> endpoint.standing().failOpen() ? 0 : 1, "endpoint", name);
    put("endpoint_sessions_active", endpoint::activeSessions, "endpoint", name);
    put("endpoint_sessions_total", endpoint::totalSessions, "endpoint", name);
    put("endpoint_connect_failures_total", endpoint::connectFailures, "endpoint", name);
  }

  void removed(ClusterEndpoint endpoint) {
    String label = "endpoint=\"" + endpoint.name() + "\"";
    ours.entrySet()
        .removeIf(metric -> {
          boolean its = metric.getKey().contains(label);
          if (its) {
            remove(metric.getKey(), metric.getValue());
          }
          return its;
        });
  }

  /** A service that moved, or came back, may have a metric of the same name by now. */
  private void remove(String name, Gauge<Number> gauge) {
    if (gauge.equals(registry.getMetrics().get(name))) {
      registry.remove(name);
    }
  }

  private void put(String metric, Gauge<Number> gauge, String... label) {
    String[] labels = new String[4 + label.length];
    labels[0] = "service";
    labels[1] = service;
    labels[2] = "port";
    labels[3] = port;
    System.arraycopy(label, 0, labels, 4, label.length);
    String name = MetricNames.of(metric, labels);
    registry.remove(name);
    registry.register(name, gauge);
    ours.put(name, gauge);
  }
}
