package io.sallyport.api.catalog;

/**
 * What the operator wants of an endpoint, whatever its health.
 *
 * @since 0.1
 */
public enum EndpointMode {
  /** Takes sessions as its health and role allow. */
  ENABLED,
  /** Takes no new sessions; the old ones end by themselves. */
  DRAIN,
  /** Takes no sessions and is not checked. */
  MAINTENANCE
}
