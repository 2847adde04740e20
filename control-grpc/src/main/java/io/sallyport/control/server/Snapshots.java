package io.sallyport.control.server;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The snapshots of one catalog, by which of its selectors select. So many are remembered, with so
 * many resources together; the one that was asked for longest ago is forgotten first, and made anew
 * when it is asked for. Any thread.
 */
final class Snapshots {
  private final int most;
  private final long mostResources;
  private final Map<BitSet, Snapshot> made = new LinkedHashMap<>(16, 0.75f, true);
  private long resources;

  Snapshots(int most, long mostResources) {
    this.most = most;
    this.mostResources = mostResources;
  }

  /** The one for this selection. */
  synchronized Snapshot of(BitSet selected, Function<BitSet, Snapshot> cut) {
    Snapshot known = made.get(selected);
    if (known != null) {
      return known;
    }
    Snapshot fresh = cut.apply(selected);
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
