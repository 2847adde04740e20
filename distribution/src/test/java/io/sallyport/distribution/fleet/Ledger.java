package io.sallyport.distribution.fleet;

import io.sallyport.api.catalog.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operator was told of changes, so that it can be held against what became of them. Any
 * thread.
 */
final class Ledger {
  private final List<Acknowledged> acknowledged = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Integer> lastTried = new HashMap<>();
  private int tried;

  /**
   * A change that the control plane said it has made.
   *
   * @param change its number
   * @param service whom it changed
   * @param revision the revision that it is
   */
  record Acknowledged(int change, String service, Revision revision) {}

  /** A change is sent. */
  synchronized void tries(int change, String service) {
    tried++;
    lastTried.put(service, change);
  }

  /** The answer came. */
  synchronized void acknowledged(int change, String service, Revision revision) {
    acknowledged.add(new Acknowledged(change, service, revision));
  }

  /** Something came that never may. */
  synchronized void fault(String what) {
    faults.add(what);
  }

  synchronized List<Acknowledged> all() {
    return List.copyOf(acknowledged);
  }

  synchronized int count() {
    return acknowledged.size();
  }

  synchronized int tried() {
    return tried;
  }

  synchronized List<String> faults() {
    return List.copyOf(faults);
  }

  /** The number of the last change of a service that was sent; 0 where there was none. */
  synchronized int lastTried(String service) {
    return lastTried.getOrDefault(service, 0);
  }

  /** The number of the last change of a service that was acknowledged; 0 where there was none. */
  synchronized int lastAcknowledged(String service) {
    return acknowledged.stream()
        .filter(each -> each.service().equals(service))
        .mapToInt(Acknowledged::change)
        .max()
        .orElse(0);
  }
}
