package io.sallyport.api.catalog;

import io.sallyport.api.plugin.Strategy;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How endpoints are checked, and how probes turn into verdicts. Rise and fall are HAProxy's: that
 * many consecutive passes make an endpoint healthy, that many consecutive failures unhealthy.
 *
 * @param check the kind of probe
 * @param interval from the end of a probe to the next one while the verdict is settled and good
 * @param fastInterval the same while the verdict is about to change
 * @param downInterval the same while the verdict is settled and bad
 * @param timeout the whole probe's time
 * @param rise passes that make healthy, at least 1
 * @param fall failures that make unhealthy, at least 1
 * @param port the port to probe where it is not the endpoint's own
 * @since 0.1
 */
public record HealthPolicy(
    Strategy check,
    Duration interval,
    Duration fastInterval,
    Duration downInterval,
    Duration timeout,
    int rise,
    int fall,
    OptionalInt port) {
  private static final int MOST_COUNT = 1000;

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException when a number is out of its bounds
   */
  public HealthPolicy {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(fastInterval, "fastInterval");
    Objects.requireNonNull(downInterval, "downInterval");
    Objects.requireNonNull(timeout, "timeout");
    Bounds.within(rise, 1, MOST_COUNT, "rise");
    Bounds.within(fall, 1, MOST_COUNT, "fall");
    port.ifPresent(number -> Bounds.port(number, "port"));
  }
}
