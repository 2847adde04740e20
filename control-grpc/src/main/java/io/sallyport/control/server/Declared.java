package io.sallyport.control.server;

import io.sallyport.api.catalog.NodeIdentity;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What nodes say that they are like. Only their names are proven: a node may call itself of any
 * zone and label, and each time it says something new, a snapshot may have to be cut for it.
 * Therefore it may do so a few times a minute, and not without end. Not thread-safe.
 */
final class Declared {
  static final int MOST_CHANGES = 5;
  private static final long WITHIN = Duration.ofMinutes(1).toNanos();

  private final Map<String, Last> nodes = new HashMap<>();

  private record Last(NodeIdentity identity, long sinceNanos, int changes) {}

  /** Whether a node may say this now. */
  boolean may(NodeIdentity node, long now) {
    Last last = nodes.get(node.name());
    if (last == null || now - last.sinceNanos > WITHIN) {
      nodes.put(node.name(), new Last(node, now, 0));
      return true;
    }
    if (last.identity.equals(node)) {
      return true;
    }
    if (last.changes >= MOST_CHANGES) {
      return false;
    }
    nodes.put(node.name(), new Last(node, last.sinceNanos, last.changes + 1));
    return true;
  }

  /** Forgets what was said long enough ago. */
  void forget(long now) {
    nodes.values().removeIf(last -> now - last.sinceNanos > WITHIN);
  }
}
