package io.sallyport.engine.guard;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.engine.status.MetricNames;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what goes wrong in strategies, by their types, and knows which class belongs to which.
 * Whoever called the strategy decides what becomes of the fault. Any thread.
 *
 * @since 0.1
 */
public final class PluginFaults {
  private static final Logger LOG = LoggerFactory.getLogger(PluginFaults.class);
  private static final String LAMBDA = "$$Lambda";

  private final MetricRegistry metrics;
  private final Map<String, Owner> owners = new ConcurrentHashMap<>();
  private final Set<Owner> told = ConcurrentHashMap.newKeySet();

  /**
   * A strategy, as people know it.
   *
   * @param kind balancer, health check or host injector
   * @param type its name in configuration
   */
  public record Owner(String kind, String type) {
    @Override
    public String toString() {
      return "the " + kind + " \"" + type + "\"";
    }
  }

  /** Makes one that has counted nothing. */
  public PluginFaults(MetricRegistry metrics) {
    this.metrics = metrics;
  }

  /** Counts a fault; the first of a strategy is logged whole. */
  void happened(Owner owner, Throwable fault) {
    count(owner);
    if (told.add(owner)) {
      LOG.atError()
          .setCause(fault)
          .addKeyValue("kind", owner.kind())
          .addKeyValue("type", owner.type())
          .log("a plugin failed; further faults of it are counted only");
    }
  }

  /** Counts one more. */
  void count(Owner owner) {
    metrics
        .counter(MetricNames.of("plugin_faults_total", "kind", owner.kind(), "type", owner.type()))
        .inc();
  }

  /** Counts a loop that did not go on. */
  void stalled(String loop) {
    metrics.counter(MetricNames.of("loop_stalls_total", "loop", loop)).inc();
  }

  /** Remembers whose code runs where an object's class is seen. */
  void owns(Owner owner, Object part) {
    String name = part.getClass().getName();
    int lambda = name.indexOf(LAMBDA);
    owners.putIfAbsent(lambda < 0 ? name : name.substring(0, lambda), owner);
  }

  /** Whose code a thread is in; the innermost call counts. */
  Optional<Owner> owner(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String name = frame.getClassName();
      int lambda = name.indexOf(LAMBDA);
      Owner owner = owners.get(lambda < 0 ? name : name.substring(0, lambda));
      if (owner != null) {
        return Optional.of(owner);
      }
    }
    return Optional.empty();
  }
}
