package io.sallyport.api.balancing;

/**
 * Picks from the candidates it was made for. Called by all event loops at once for every session:
 * lock-free, no allocation, no blocking.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Picker {
  /** The answer when no candidate is admitted. */
  int NONE = -1;

  /**
   * The index of the candidate for this request, or {@link #NONE} when {@link
   * PickRequest#admits(int)} turns all of them down.
   */
  int pick(PickRequest request);
}
