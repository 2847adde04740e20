package io.sallyport.control.store;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.store.v1.Release;
import java.util.Optional;

/**
 * The newest catalog, and the rollout under way. Immutable.
 *
 * @param newest the newest catalog
 * @param removalsConfirmedUpTo the newest revision up to which an operator meant all removals;
 *     {@link Revision#NONE} when there is none
 * @param release the rollout under way
 * @since 0.1
 */
public record Head(
    Resources newest, Revision removalsConfirmedUpTo, Optional<RolloutUnderWay> release) {
  /** An empty store's. */
  public static final Head NONE = new Head(Resources.NONE, Revision.NONE, Optional.empty());

  /**
   * A rollout under way.
   *
   * @param plan what it consists of, and how far it is
   * @param stable the catalog of the nodes that it has not reached; those that it has get the
   *     newest
   */
  public record RolloutUnderWay(Release plan, Resources stable) {}
}
