package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Spreading;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint is just coming back. It gets cold while its checks fail, while it is ejected,
 * in maintenance, and when it is new among others that serve; never at the start of all of them.
 * From the moment it is trusted again it warms up.
 *
 * <p>Control loop only.
 */
final class Warmth {
  private boolean cold;
  private boolean warming;
  private long since;

  /** It is new to a cluster that serves. */
  void chill() {
    cold = true;
  }

  /**
   * Takes in what the endpoint is now.
   *
   * @param standing null when it takes no sessions
   * @return the sixteenths of its weight that it has
   */
  int step(@Nullable Standing standing, EndpointMode mode, Spreading spreading, long now) {
    if (mode == EndpointMode.MAINTENANCE
        || standing == Standing.DOWN
        || standing == Standing.EJECTED) {
      cold = true;
      warming = false;
      return SlowStart.STEPS;
    }
    if (cold && standing != null && standing.trusted()) {
      cold = false;
      warming = true;
      since = now;
    }
    int step = warming ? SlowStart.step(now - since, spreading.slowStart()) : SlowStart.STEPS;
    warming = step < SlowStart.STEPS;
    return step;
  }
}
