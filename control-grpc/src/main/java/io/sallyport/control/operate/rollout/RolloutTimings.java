package io.sallyport.control.operate.rollout;

import java.time.Duration;

/**
 * How often a rollout is looked after, and what it is judged by.
 *
 * @param tick how often; the state can lag behind by this much
 * @param window sessions that reach no endpoint are counted over this long, and a replica must have
 *     watched the fleet for as long before a stage begins
 * @param grace how long a node may be without its stream, e.g. because the control plane restarts
 * @since 0.1
 */
public record RolloutTimings(Duration tick, Duration window, Duration grace) {
  /** What suits a fleet. */
  public static final RolloutTimings USUAL =
      new RolloutTimings(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(90));
}
