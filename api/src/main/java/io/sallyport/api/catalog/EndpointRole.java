package io.sallyport.api.catalog;

/**
 * When an endpoint takes sessions.
 *
 * @since 0.1
 */
public enum EndpointRole {
  /** While it is healthy. */
  PRIMARY,
  /**
   * Only while no primary endpoint is healthy; or, within one session, when every primary refused
   * or dawdled.
   */
  BACKUP
}
