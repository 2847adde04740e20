package io.sallyport.control.server;

import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.server.ServiceSelectors.Meant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A catalog, cut to what each node is to have. Nodes that are selected alike share one snapshot, as
 * long as there are not too many of them. Any thread.
 */
final class CatalogView {
  /** Nodes say themselves what they are like, so that there may be as many snapshots as nodes. */
  private static final int MOST_SNAPSHOTS = 4_096;

  private static final long MOST_RESOURCES = 1 << 20;

  private final Resources catalog;
  private final boolean removalsConfirmed;
  private final HeldPool pool;
  private final List<NodeSelector> selectors = new ArrayList<>();

  /** Which of the selectors each service has. */
  private final Map<String, Integer> selectorOf = new HashMap<>();

  private final Set<String> unreadable = new HashSet<>();
  private final Snapshots snapshots;

  /** Cuts a catalog whose services the selectors have learnt. */
  CatalogView(Resources catalog, boolean removalsConfirmed, ServiceSelectors meant, HeldPool pool) {
    this.catalog = catalog;
    this.removalsConfirmed = removalsConfirmed;
    this.pool = pool;
    this.snapshots = new Snapshots(MOST_SNAPSHOTS, MOST_RESOURCES);
    Map<NodeSelector, Integer> places = new HashMap<>();
    for (Resource resource : catalog.all().values()) {
      if (resource.key().kind() == ResourceKey.Kind.SERVICE) {
        switch (meant.of(resource)) {
          case Meant.For(NodeSelector nodes) -> {
            Integer place = places.putIfAbsent(nodes, selectors.size());
            if (place == null) {
              place = selectors.size();
              selectors.add(nodes);
            }
            selectorOf.put(resource.key().service(), place);
          }
          case Meant.Unreadable(String _) -> unreadable.add(resource.key().service());
        }
      }
    }
  }

  Revision revision() {
    return catalog.revision();
  }

  Resources catalog() {
    return catalog;
  }

  /** The services that cannot be read here. */
  Set<String> unreadable() {
    return unreadable;
  }

  /** What a node is to have. */
  Snapshot snapshot(NodeIdentity node) {
    BitSet selected = new BitSet(selectors.size());
    for (int s = 0; s < selectors.size(); s++) {
      selected.set(s, selectors.get(s).selects(node));
    }
    return snapshots.of(selected, this::cut);
  }

  private Snapshot cut(BitSet selected) {
    TreeMap<ResourceKey, Resource> resources = new TreeMap<>();
    TreeMap<ResourceKey, Revision> versions = new TreeMap<>();
    for (Resource resource : catalog.all().values()) {
      Integer selector = selectorOf.get(resource.key().service());
      if (selector != null && selected.get(selector)) {
        resources.put(resource.key(), resource);
        versions.put(resource.key(), resource.version());
      }
    }
    return new Snapshot(
        catalog.revision(), resources, removalsConfirmed, pool.of(versions, unreadable));
  }
}
