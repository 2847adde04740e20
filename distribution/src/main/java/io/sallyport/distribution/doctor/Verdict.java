package io.sallyport.distribution.doctor;

/**
 * What became of one link of a chain.
 *
 * @since 0.1
 */
public enum Verdict {
  /** It holds. */
  OK,
  /** It holds, and somebody should look at it. */
  WARN,
  /** It does not hold: clients fail here. */
  BROKEN,
  /** It was not tried, or says nothing; the reason tells why. */
  SKIPPED
}
