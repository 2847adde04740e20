package io.sallyport.engine.cluster;

import java.util.List;

/**
 * What event loops see of a cluster: unchanging, replaced whole.
 *
 * @param tiers best standing first; empty when no endpoint takes sessions
 * @param warming whether some endpoint has not got its full weight yet
 * @since 0.1
 */
public record ClusterSnapshot(List<Tier> tiers, boolean warming) {
  /** A cluster that has not started. */
  public static final ClusterSnapshot EMPTY = new ClusterSnapshot(List.of(), false);

  /** Copies the tiers. */
  public ClusterSnapshot {
    tiers = List.copyOf(tiers);
  }

  /** True when the best that a new session can get is an endpoint that no check vouches for. */
  public boolean failOpen() {
    return !tiers.isEmpty() && tiers.getFirst().standing().failOpen();
  }
}
