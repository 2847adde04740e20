package io.sallyport.control.server;

import com.codahale.metrics.Counter;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The snapshots of one catalog, by which of its selectors select, for streams that come. So many
 * are remembered, with so many resources together; the one that was asked for longest ago is
 * forgotten first, and made anew when it is asked for. What streams are yet to be sent they keep
 * themselves. Any thread.
 */
final class Snapshots {
  /** Nodes say themselves what they are like, so that there may be as many snapshots as nodes. */
  private static final int MOST = 4_096;

  private static final long MOST_RESOURCES = 1 << 20;

  private final int most;
  private final long mostResources;
  private final Counter cuts;
  private final Map<BitSet, Snapshot> made = new LinkedHashMap<>(16, 0.75f, true);
  private long resources;

  /** Remembers as many as a control plane can afford. */
  Snapshots(Counter cuts) {
    this(MOST, MOST_RESOURCES, cuts);
  }

  /**
   * Remembers none yet.
   *
   * @param cuts counts those that were made
   */
  Snapshots(int most, long mostResources, Counter cuts) {
    this.most = most;
    this.mostResources = mostResources;
    this.cuts = cuts;
  }

  /** The one for this selection. */
  synchronized Snapshot of(BitSet selected, Function<BitSet, Snapshot> cut) {
    Snapshot known = made.get(selected);
    if (known != null) {
      return known;
    }
    Snapshot fresh = cut.apply(selected);
    cuts.inc();
    made.put(selected, fresh);
    resources += fresh.resources().size();
    var eldest = made.values().iterator();
    while (made.size() > most || (resources > mostResources && made.size() > 1)) {
      resources -= eldest.next().resources().size();
      eldest.remove();
    }
    return fresh;
  }

  synchronized int size() {
    return made.size();
  }
}
