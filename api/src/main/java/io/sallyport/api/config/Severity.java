package io.sallyport.api.config;

/**
 * Whether a problem refuses the whole configuration or is only told.
 *
 * @since 0.1
 */
public enum Severity {
  /** The configuration is refused whole. */
  ERROR,
  /** The configuration is taken; the user is told. */
  WARNING
}
