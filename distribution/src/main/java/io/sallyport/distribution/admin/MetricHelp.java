package io.sallyport.distribution.admin;

import java.util.Map;
import java.util.Optional;

/** What the agent's own metrics mean, for the page's {@code HELP} lines. */
final class MetricHelp {
  private static final Map<String, String> TEXTS =
      Map.ofEntries(
          Map.entry("bytes_down_total", "Bytes from endpoints to clients."),
          Map.entry("bytes_up_total", "Bytes from clients to endpoints."),
          Map.entry("catalog_connected", "1 while the control plane can tell of changes."),
          Map.entry(
              "catalog_from_disk",
              "1 while the catalog in force is from the disk and nobody has confirmed it."),
          Map.entry(
              "catalog_refused", "1 while the catalog's file is refused and an older one serves."),
          Map.entry(
              "catalog_taken_time_seconds",
              "When the catalog in force was taken, in seconds since 1970."),
          Map.entry("catalogs_refused_total", "Contents of the catalog's file that were refused."),
          Map.entry("catalogs_taken_total", "Catalogs that were taken, the first one included."),
          Map.entry(
              "control_catalog_number", "The number within its epoch of the newest revision."),
          Map.entry(
              "control_catalog_resources",
              "Resources of the newest revision; a service has two of them."),
          Map.entry(
              "control_replica_troubles",
              "Other replicas whose nodes are not known as they are now."),
          Map.entry("control_rollout_under_way", "1 while a rollout is under way."),
          Map.entry("control_store_up", "1 while the store answers."),
          Map.entry("endpoint_check_failures_total", "Health probes that failed."),
          Map.entry(
              "endpoint_connect_failures_total",
              "Connection attempts of sessions that were refused or got no answer."),
          Map.entry(
              "endpoint_ejections_total",
              "How often the endpoint was left out because it failed live sessions."),
          Map.entry(
              "endpoint_session_failures_total",
              "Sessions that the endpoint failed after they had reached it."),
          Map.entry("endpoint_sessions_active", "Sessions on the endpoint now."),
          Map.entry("endpoint_sessions_total", "Sessions on the endpoint since it was added."),
          Map.entry("endpoint_up", "1 while the endpoint takes sessions because it is healthy."),
          Map.entry("injector_in_place", "Services that the injector has in place."),
          Map.entry("injector_refused", "Services that the injector could not put in place."),
          Map.entry(
              "log_lines_dropped_total", "Log lines that were dropped: nobody read them in time."),
          Map.entry(
              "node_ready", "1 once every service of the first catalog was brought up or failed."),
          Map.entry("node_sessions_active", "Sessions of the node now."),
          Map.entry("probes_active", "Health probes under way."),
          Map.entry("session_ends_total", "Sessions that have ended, by the reason."),
          Map.entry("sessions_active", "Sessions of the listener now."),
          Map.entry("sessions_failed_total", "Sessions that ended without reaching an endpoint."),
          Map.entry(
              "sessions_queued",
              "Sessions that wait for an endpoint that is not full, or for the service's limit."),
          Map.entry("sessions_total", "Sessions of the listener since it opened."));

  private MetricHelp() {}

  /** The text for a metric, by its name without the prefix; empty for one of a plugin's. */
  static Optional<String> of(String name) {
    return Optional.ofNullable(TEXTS.get(name));
  }
}
