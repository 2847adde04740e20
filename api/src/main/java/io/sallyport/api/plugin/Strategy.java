package io.sallyport.api.plugin;

import java.util.Objects;

/**
 * A strategy that the catalog chose: its type and the settings that its factory parsed.
 *
 * @param type the factory's {@link StrategyFactory#type()}
 * @param settings what {@link StrategyFactory#parse} yielded
 * @since 0.1
 */
public record Strategy(String type, Record settings) {
  /** Checks that nothing is null. */
  public Strategy {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(settings, "settings");
  }
}
