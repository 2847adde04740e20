package io.sallyport.control.server;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a bounded number of agents fetch what they lack at once, and a bounded number wait for it in
 * their order. Not thread-safe.
 *
 * @param <A> an agent, compared by identity
 */
final class Admission<A> {
  private final int places;
  private final int seats;
  private final Set<A> admitted = new HashSet<>();
  private final LinkedHashSet<A> waiting = new LinkedHashSet<>();

  /**
   * Is empty.
   *
   * @param places so many at once
   * @param seats so many may wait
   */
  Admission(int places, int seats) {
    this.places = places;
    this.seats = seats;
  }

  enum Answer {
    ADMITTED,
    WAITS,
    REFUSED
  }

  /** Asks for a place, or again. */
  Answer ask(A agent) {
    if (admitted.contains(agent)) {
      return Answer.ADMITTED;
    }
    if (admitted.size() < places && waiting.isEmpty()) {
      admitted.add(agent);
      return Answer.ADMITTED;
    }
    if (waiting.contains(agent)) {
      return Answer.WAITS;
    }
    return waiting.size() < seats && waiting.add(agent) ? Answer.WAITS : Answer.REFUSED;
  }

  /**
   * Gives back a place or a seat, if there was one.
   *
   * @return who is admitted in its stead
   */
  Optional<A> leave(A agent) {
    if (!admitted.remove(agent)) {
      waiting.remove(agent);
      return Optional.empty();
    }
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    A next = waiting.removeFirst();
    admitted.add(next);
    return Optional.of(next);
  }

  int admitted() {
    return admitted.size();
  }

  int waiting() {
    return waiting.size();
  }
}
