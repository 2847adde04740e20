package io.sallyport.engine.cluster;

import java.util.List;

/**
 * Endpoints that are equally good.
 *
 * @param standing what they have in common
 * @param places where they stand, nearest first; at least one
 * @param split which place a session is offered to first
 * @since 0.1
 */
public record Tier(Standing standing, List<Place> places, Split split) {
  /** Copies the places. */
  public Tier {
    places = List.copyOf(places);
  }
}
