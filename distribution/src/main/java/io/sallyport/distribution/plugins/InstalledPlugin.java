package io.sallyport.distribution.plugins;

import java.util.List;

/**
 * A strategy that a plugin supplies, or a plugin that supplies none because something is wrong with
 * it.
 *
 * @param kind what it is: {@code balancer}, {@code health check}, {@code host injector}; empty for
 *     a plugin that could not be loaded
 * @param type its name in configurations; empty likewise
 * @param origin {@link #BUILT_IN}, or the jar or folder it comes from
 * @param version its own, where it says one
 * @param api the version of the API that it was built for, where it says one
 * @param state {@link #IN_USE}, or what is wrong and what would help
 * @param keys what it can be told in a configuration
 * @since 0.1
 */
public record InstalledPlugin(
    String kind,
    String type,
    String origin,
    String version,
    String api,
    String state,
    List<PluginKey> keys) {
  /** The origin of ours. */
  public static final String BUILT_IN = "built in";

  /** The state of one with which nothing is wrong. */
  public static final String IN_USE = "ok";

  /** Copies the list. */
  public InstalledPlugin {
    keys = List.copyOf(keys);
  }

  /** Whether it may be chosen. */
  public boolean inUse() {
    return state.equals(IN_USE);
  }
}
