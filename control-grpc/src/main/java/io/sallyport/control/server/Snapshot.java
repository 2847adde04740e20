package io.sallyport.control.server;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import java.util.Collections;
import java.util.SortedMap;

/** The part of a catalog for one node, and for all others that are to have the same. Immutable. */
final class Snapshot {
  private final Revision revision;
  private final SortedMap<ResourceKey, Resource> resources;
  private final boolean removalsConfirmed;
  private final Held held;

  /**
   * Keeps the map, which nobody changes any more.
   *
   * @param held the versions of the resources
   */
  Snapshot(
      Revision revision,
      SortedMap<ResourceKey, Resource> resources,
      boolean removalsConfirmed,
      Held held) {
    this.revision = revision;
    this.resources = Collections.unmodifiableSortedMap(resources);
    this.removalsConfirmed = removalsConfirmed;
    this.held = held;
  }

  Revision revision() {
    return revision;
  }

  SortedMap<ResourceKey, Resource> resources() {
    return resources;
  }

  /** Whether an operator meant every removal up to here. */
  boolean removalsConfirmed() {
    return removalsConfirmed;
  }

  /** Whether an agent that has one of them has the other. */
  boolean same(Snapshot other) {
    return this == other
        || (revision.equals(other.revision)
            && removalsConfirmed == other.removalsConfirmed
            && held.same(other.held));
  }

  /** What an agent holds that has it. */
  Held held() {
    return held;
  }
}
