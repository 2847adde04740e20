package io.sallyport.control.server;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import java.util.List;

/** The part of a catalog for one node, and for all others that are to have the same. Immutable. */
final class Snapshot {
  private final Revision revision;
  private final List<Resource> resources;
  private final boolean removalsConfirmed;
  private final Held held;

  /**
   * Copies the list.
   *
   * @param resources in the order of their keys
   * @param held their versions
   */
  Snapshot(Revision revision, List<Resource> resources, boolean removalsConfirmed, Held held) {
    this.revision = revision;
    this.resources = List.copyOf(resources);
    this.removalsConfirmed = removalsConfirmed;
    this.held = held;
  }

  Revision revision() {
    return revision;
  }

  /** In the order of their keys. */
  List<Resource> resources() {
    return resources;
  }

  boolean holds(ResourceKey key) {
    return held.versions().containsKey(key);
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
