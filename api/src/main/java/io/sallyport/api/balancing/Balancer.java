package io.sallyport.api.balancing;

import java.util.List;

/**
 * Chooses endpoints for one cluster. Backups, health, drain, slow start and locality are decided in
 * front of it: what it is offered may all be used, as often as its weight says.
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
   * <p>An older picker may still be asked while and after this is called, by sessions that hold it.
   *
   * @param candidates at least one, unchanging; indexes into this list are what the picker returns
   */
  Picker picker(List<Candidate> candidates);

  /**
   * Whether sessions of one client shall go to one endpoint. Then what is decided in front of it,
   * such as which of several zones takes a session, is decided by the client, too. Always the same
   * answer; any thread.
   */
  default boolean sticky() {
    return false;
  }
}
