package io.sallyport.control.agent;

import io.sallyport.api.catalog.Service;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The services in force, by name, and beside that as the list of which catalogs are made: what
 * follows one change must not walk through all that has not changed. Used by one thread.
 */
final class InForce {
  private final SortedMap<String, Held> held = new TreeMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();

  /** By name; changes with this. */
  SortedMap<String, Held> held() {
    return Collections.unmodifiableSortedMap(held);
  }

  /** In the order of the names; changes with this. */
  List<Service> services() {
    return Collections.unmodifiableList(services);
  }

  /** Does what was found right. */
  void take(Verdict verdict) {
    boolean same = true;
    for (String name : verdict.removed()) {
      same &= held.remove(name) == null;
    }
    for (var accepted : verdict.accepted().entrySet()) {
      held.put(accepted.getKey(), accepted.getValue());
      int place = Collections.binarySearch(names, accepted.getKey());
      if (place < 0) {
        same = false;
      } else {
        services.set(place, accepted.getValue().whole());
      }
    }
    if (!same) {
      names.clear();
      services.clear();
      held.forEach((name, service) -> {
        names.add(name);
        services.add(service.whole());
      });
    }
  }
}
