package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.store.v1.Release;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A change of the catalog, carried out in one transaction.
 *
 * @param expected the revision that it was made against: another one is a conflict
 * @param author who makes it
 * @param comment why; may be empty
 * @param writes new contents; those that are there already change nothing
 * @param removals resources to remove
 * @param rolledBackTo the revision whose content this has; {@link Revision#NONE} when it is no
 *     rollback
 * @param largeRemovalConfirmed whether the operator meant the removals, however many
 * @param release what becomes of the rollout
 * @since 0.1
 */
public record Change(
    Revision expected,
    String author,
    String comment,
    Map<ResourceKey, ByteString> writes,
    Set<ResourceKey> removals,
    Revision rolledBackTo,
    boolean largeRemovalConfirmed,
    ReleaseChange release) {
  /** Copies. */
  public Change {
    writes = Map.copyOf(writes);
    removals = Set.copyOf(removals);
  }

  /** What a change means for the rollout. */
  public sealed interface ReleaseChange {
    /** There must be none; every node gets the change at once. */
    record None() implements ReleaseChange {}

    /**
     * There must be none; this one begins. Its {@code target} is filled in with the new revision,
     * its {@code stable} with the expected one.
     */
    record Begin(Release release) implements ReleaseChange {}

    /** The rollout with this id must be under way; it ends, and every node gets the change. */
    record End(String rollout) implements ReleaseChange {}
  }

  /** What became of a change. */
  public sealed interface Outcome {
    /** It is made, and would survive a crash. */
    record Committed(Head head) implements Outcome {}

    /** There is nothing to change; nothing was written, unless a rollout ended. */
    record Unchanged(Head head) implements Outcome {}

    /** The newest revision is another one than was expected. */
    record Conflict(Revision newest) implements Outcome {}

    /** A rollout is under way where there must be none, or is not the one that was meant. */
    record RolloutInTheWay(Optional<String> rollout) implements Outcome {}
  }
}
