package io.sallyport.engine;

import io.sallyport.api.catalog.Revision;
import java.util.List;

/**
 * What applying a catalog came to.
 *
 * @param revision the catalog's
 * @param added services that were not there before
 * @param changed services that were there and differ
 * @param removed services that are no longer declared
 * @param unchanged services that were left alone
 * @param faults what could not be done, one sentence each; the rest is done all the same
 * @since 0.1
 */
public record ApplyReport(
    Revision revision, int added, int changed, int removed, int unchanged, List<String> faults) {
  /** Copies the faults. */
  public ApplyReport {
    faults = List.copyOf(faults);
  }
}
