package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sessions of one client address go to one endpoint for as long as it takes sessions, by a {@link
 * MaglevTable}: HAProxy's {@code source} with {@code hash-type consistent}. Where an endpoint comes
 * or goes, hardly any clients move but those that must.
 *
 * <p>With a load factor no endpoint gets more than so much of its fair share of the sessions: the
 * clients that it has no room for go on to others, each in an order of its own; one that sends more
 * than a dozen endpoints have room for goes anywhere.
 *
 * <p>Unless its size is set, the table grows with the largest number of candidates so far and never
 * shrinks: with another size most clients move, and an endpoint's failure must not do that.
 */
final class SourceHash implements Balancer {
  private final SourceHashSettings settings;
  private int most;

  SourceHash(SourceHashSettings settings) {
    this.settings = settings;
  }

  @Override
  public boolean sticky() {
    return true;
  }

  @Override
  public Picker picker(List<Candidate> candidates) {
    most = Math.max(most, candidates.size());
    int size = settings.tableSize().orElseGet(() -> MaglevTable.sizeFor(most));
    OptionalInt factor = settings.loadFactor();
    return new HashPicker(
        MaglevTable.of(candidates, size),
        candidates.size(),
        factor.isEmpty()
            ? Optional.empty()
            : Optional.of(new LoadBound(candidates, factor.getAsInt())));
  }
}
