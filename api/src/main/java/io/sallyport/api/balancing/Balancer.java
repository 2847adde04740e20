package io.sallyport.api.balancing;

import java.util.List;

/**
 * Chooses endpoints for one cluster. Backups, health and locality are decided in front of it: what
 * it is offered may all be used.
 *
 * @since 0.1
 */
public interface Balancer {
  /**
   * Makes the picker for an unchanging list of candidates, each time the list changes. State that
   * must survive a change (the position of a rotation, say) is the balancer's to carry over.
   *
   * <p>Called on the control thread, one call at a time; must not block.
   *
   * @param candidates at least one; indexes into this list are what the picker returns
   */
  Picker picker(List<Candidate> candidates);
}
