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
 * A catalog, cut to what each node is to have. Nodes that are selected alike share one snapshot.
 * Any thread.
 */
final class CatalogView {
  private final Resources catalog;
  private final boolean removalsConfirmed;
  private final HeldPool pool;
  private final List<NodeSelector> selectors = new ArrayList<>();

  /** Which of the selectors each service has. */
  private final Map<String, Integer> selectorOf = new HashMap<>();

  private final Set<String> unreadable = new HashSet<>();
  private final Snapshots snapshots;

  /**
   * Cuts a catalog whose services the selectors have learnt.
   *
   * @param snapshots remembers those of this catalog, and no others
   */
  CatalogView(
      Resources catalog,
      boolean removalsConfirmed,
      ServiceSelectors meant,
      HeldPool pool,
      Snapshots snapshots) {
    this.catalog = catalog;
    this.removalsConfirmed = removalsConfirmed;
    this.pool = pool;
    this.snapshots = snapshots;
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
  Selection selection(NodeIdentity node) {
    BitSet selected = new BitSet(selectors.size());
    for (int s = 0; s < selectors.size(); s++) {
      selected.set(s, selectors.get(s).selects(node));
    }
    return new Selection(this, selected);
  }

  /** What is meant for the nodes that these selectors select. */
  Snapshot snapshot(BitSet selected) {
    return snapshots.of(selected, this::cut);
  }

  private Snapshot cut(BitSet selected) {
    List<Resource> resources = new ArrayList<>();
    TreeMap<ResourceKey, Revision> versions = new TreeMap<>();
    for (Resource resource : catalog.all().values()) {
      Integer selector = selectorOf.get(resource.key().service());
      if (selector != null && selected.get(selector)) {
        resources.add(resource);
        versions.put(resource.key(), resource.version());
      }
    }
    return new Snapshot(
        catalog.revision(), resources, removalsConfirmed, pool.of(versions, unreadable));
  }
}
