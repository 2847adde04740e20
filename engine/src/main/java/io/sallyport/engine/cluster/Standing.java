package io.sallyport.engine.cluster;

/**
 * How good an endpoint is for a new session, best first. A session goes to the best standing that
 * has an endpoint it has not tried.
 *
 * @since 0.1
 */
public enum Standing {
  /** A primary whose checks passed. */
  PRIMARY,
  /** A backup whose checks passed. */
  BACKUP,
  /** Its checks passed, but live sessions could not reach it a moment ago. */
  AVOIDED,
  /** Its checks passed, but it failed live sessions, and is left out for a time. */
  EJECTED,
  /** No check has ended yet. */
  UNPROVEN,
  /** Its checks failed. */
  DOWN;

  /** True for endpoints that have passed their checks, and neither are avoided nor ejected. */
  public boolean trusted() {
    return this == PRIMARY || this == BACKUP;
  }

  /** True for endpoints that no check vouches for. */
  public boolean failOpen() {
    return this == UNPROVEN || this == DOWN;
  }
}
