package io.sallyport.plugins.balancing.latency;

import io.sallyport.api.config.ConfigSection;
import java.time.Duration;

/**
 * The settings of {@code latency-aware}.
 *
 * @param floor times to connect below this count as this: who is that near is as good as any other
 * @since 0.1
 */
public record LatencyAwareSettings(Duration floor) {
  static final LatencyAwareSettings USUAL = new LatencyAwareSettings(Duration.ofMillis(1));

  static LatencyAwareSettings of(ConfigSection section) {
    return new LatencyAwareSettings(
        section.duration("floor", USUAL.floor, Duration.ofNanos(1000), Duration.ofSeconds(10)));
  }
}
