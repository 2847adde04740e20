package io.sallyport.control.server;

import java.util.BitSet;

/**
 * What all nodes are to have that the same selectors of a catalog select. Immutable; equal ones
 * stand for equal snapshots.
 *
 * @param selectors which of the catalog's selectors select; not to be changed
 */
record Selection(CatalogView catalog, BitSet selectors) {
  /** Cuts the snapshot, unless it is remembered. */
  Snapshot snapshot() {
    return catalog.snapshot(selectors);
  }
}
