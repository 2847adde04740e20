package io.sallyport.control.agent;

/**
 * What an agent thinks of a catalog that takes away much of what serves.
 *
 * @param policy what becomes of it
 * @param maxPercent a removal of more than so many percent of the services in force is large, if it
 *     is also of more than {@code maxCount}
 * @param maxCount a removal of at most so many services is never large
 * @since 0.1
 */
public record RemovalGuard(Policy policy, int maxPercent, int maxCount) {
  /** What becomes of a large removal that no operator has confirmed. */
  public enum Policy {
    /** It is rejected, and the control plane told so. */
    REFUSE,
    /** It waits for an operator's confirmation, and nobody is told that it is rejected. */
    HOLD
  }

  /**
   * Whether a removal is large.
   *
   * @param removed how many services it takes away
   * @param inForce of how many
   */
  boolean large(int removed, int inForce) {
    if (removed == 0) {
      return false;
    }
    return removed > maxCount && (long) removed * 100 > (long) inForce * maxPercent;
  }
}
