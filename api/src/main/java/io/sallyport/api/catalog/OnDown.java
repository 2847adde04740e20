package io.sallyport.api.catalog;

/**
 * What happens to an endpoint's sessions when its verdict turns bad.
 *
 * @since 0.1
 */
public enum OnDown {
  /** They go on. */
  KEEP_SESSIONS,
  /** They are closed (HAProxy's {@code on-marked-down shutdown-sessions}). */
  CLOSE_SESSIONS
}
