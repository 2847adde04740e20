package io.sallyport.engine.session;

import io.sallyport.engine.event.SessionEnd;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many sessions of the node ended for which reason. Any thread.
 *
 * @since 0.1
 */
public final class SessionEnds {
  private final LongAdder failed = new LongAdder();
  private final Map<SessionEnd, LongAdder> counts = new EnumMap<>(SessionEnd.class);

  /** Makes counters that stand at zero. */
  public SessionEnds() {
    for (SessionEnd end : SessionEnd.values()) {
      counts.put(end, new LongAdder());
    }
  }

  /** Sessions that ended for this reason. */
  public long of(SessionEnd reason) {
    return count(reason).sum();
  }

  /** Sessions that ended. */
  public long all() {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Those of them that ended without having reached an endpoint. */
  public long failed() {
    return failed.sum();
  }

  void add(SessionEnd reason, boolean reached) {
    count(reason).increment();
    if (!reached) {
      failed.increment();
    }
  }

  private LongAdder count(SessionEnd reason) {
    return java.util.Objects.requireNonNull(counts.get(reason));
  }
}
