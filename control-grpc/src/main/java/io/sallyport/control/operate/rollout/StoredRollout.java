package io.sallyport.control.operate.rollout;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.v1.RolloutPlan;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A rollout as it stands in the store. Immutable.
 *
 * @param id grows with time
 * @param from what was before
 * @param to what it brings; {@link Revision#NONE} until its change is committed
 * @param plan what was ordered, the last stage included
 * @param author who ordered it
 * @param comment why
 * @param started when it was ordered
 * @param changed when its state last changed
 * @param members the nodes that were attached when their stage began, each with the services that
 *     did not serve there
 * @param state where it stands
 */
record StoredRollout(
    String id,
    Revision from,
    Revision to,
    RolloutPlan plan,
    String author,
    String comment,
    Instant started,
    Instant changed,
    Map<String, Member> members,
    RolloutState state) {
  StoredRollout {
    members = Collections.unmodifiableMap(new TreeMap<>(members));
  }

  /**
   * A node as it was before its stage.
   *
   * @param notServing the services that did not serve there, as far as their names are known
   * @param idle how many these were
   */
  record Member(Set<String> notServing, int idle) {
    Member {
      notServing = Collections.unmodifiableSet(new TreeSet<>(notServing));
    }
  }

  StoredRollout in(RolloutState other, Instant now) {
    return new StoredRollout(id, from, to, plan, author, comment, started, now, members, other);
  }

  StoredRollout bringing(Revision stable, Revision target) {
    return new StoredRollout(
        id, stable, target, plan, author, comment, started, changed, members, state);
  }

  StoredRollout with(Map<String, Member> others) {
    return new StoredRollout(id, from, to, plan, author, comment, started, changed, others, state);
  }

  boolean ended() {
    return state instanceof RolloutState.Ended;
  }
}
