package io.sallyport.api.plugin;

import io.sallyport.api.config.ConfigSection;

/**
 * What a plugin provides for each strategy, found by {@link java.util.ServiceLoader}.
 *
 * <p>A factory has a public constructor without arguments, holds no state, and may be used by any
 * thread.
 *
 * @param <S> the strategy's settings: an immutable record whose {@code equals} tells whether a
 *     change of the catalog changes this strategy
 * @since 0.1
 */
public interface StrategyFactory<S extends Record> {
  /** The name used in configuration, in kebab-case, such as {@code round-robin}. */
  String type();

  /**
   * The class of the settings that {@link #parse} yields. Catalogs are written from it, so its
   * package must be exported or opened: each component, in kebab-case, is a key; components may be
   * texts, numbers, booleans, enums, durations, records of the same, and options and lists of
   * those.
   */
  Class<S> settingsType();

  /**
   * Reads the settings. Pure: no I/O, no state; what is wrong is recorded in the section, and some
   * settings are returned all the same.
   */
  S parse(ConfigSection section);
}
