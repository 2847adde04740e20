package io.sallyport.api.catalog;

/**
 * Which endpoints a node prefers for where they stand.
 *
 * @since 0.1
 */
public enum LocalityPreference {
  /** Those of its zone, then those of its region, then the others. */
  NEAREST,
  /** None: wherever they stand. */
  NONE
}
