package io.sallyport.control.server;

import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.store.v1.Release;
import java.util.Map;
import java.util.Optional;

/**
 * What the fleet is to have: the newest catalog, and the stable one for nodes that a rollout has
 * not reached.
 *
 * @param newest the newest catalog
 * @param rollout the rollout under way
 */
record Targets(CatalogView newest, Optional<Rollout> rollout) {
  /** A rollout, and what the nodes have that it has not reached. */
  record Rollout(Release release, CatalogView stable) {}

  /**
   * What a node is to have.
   *
   * @param has the revision it has; a node never goes back, so one that a rollout reached stays
   *     reached, whatever has become of its labels
   * @return empty when it has a newer one than is known here
   */
  Optional<Selection> of(NodeIdentity node, Revision has) {
    if (has.compareTo(newest.revision()) > 0) {
      return Optional.empty();
    }
    boolean stable =
        rollout.isPresent()
            && has.compareTo(rollout.get().stable().revision()) <= 0
            && !Cohort.reached(rollout.get().release(), node);
    return Optional.of((stable ? rollout.get().stable() : newest).selection(node));
  }

  /** Whether nothing but endpoints differs from what was. */
  boolean onlyEndpointsDifferFrom(Targets before) {
    return rollout.map(Rollout::release).equals(before.rollout.map(Rollout::release))
        && sameServices(newest.catalog(), before.newest.catalog());
  }

  private static boolean sameServices(Resources one, Resources other) {
    if (one.all().size() != other.all().size()) {
      return false;
    }
    for (Map.Entry<ResourceKey, Resource> entry : one.all().entrySet()) {
      Resource now = entry.getValue();
      Resource then = other.all().get(entry.getKey());
      boolean endpoints = entry.getKey().kind() == ResourceKey.Kind.ENDPOINTS;
      if (then == null || !(endpoints || then.version().equals(now.version()))) {
        return false;
      }
    }
    return true;
  }
}
