package io.sallyport.api.catalog;

/**
 * Where a session goes when every endpoint looks dead.
 *
 * @since 0.1
 */
public enum AllDown {
  /** To any enabled endpoint: the checks may be wrong, and a refused session helps nobody. */
  FAIL_OPEN,
  /** Nowhere: it is closed (what HAProxy does). */
  FAIL_CLOSED
}
