package io.sallyport.control.server;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.util.function.IntSupplier;

/** What is counted of the agents' streams. Any thread. */
final class AgentsMetrics {
  private final MetricRegistry registry;

  /** Deltas sent, and their bytes. */
  final Counter deltas;

  final Counter deltaBytes;

  /** Snapshots that were cut out of catalogs. */
  final Counter cuts;

  /** Services that agents refused. */
  final Counter rejections;

  /** Streams that were refused or ended for what the agent did, or left undone. */
  final Counter refused;

  /** Messages that had to wait because an agent sends too many. */
  final Counter slowed;

  /** Agents whose snapshot was not what this replica took it for. */
  final Counter mismatches;

  /**
   * From when a revision came from the store to when all agents that are to have it accepted it.
   */
  final Timer spread;

  AgentsMetrics(MetricRegistry registry) {
    this.registry = registry;
    deltas = registry.counter("control_deltas_total");
    deltaBytes = registry.counter("control_delta_bytes_total");
    cuts = registry.counter("control_snapshots_cut_total");
    rejections = registry.counter("control_rejected_services_total");
    refused = registry.counter("control_streams_refused_total");
    slowed = registry.counter("control_messages_slowed_total");
    mismatches = registry.counter("control_snapshot_mismatches_total");
    spread = registry.timer("control_spread_seconds");
  }

  void gauge(String name, IntSupplier value) {
    registry.remove(name);
    registry.register(name, (Gauge<Number>) value::getAsInt);
  }
}
