package io.sallyport.engine.reconcile;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One step from one catalog to the next. Services that are equal in both have none.
 *
 * @since 0.1
 */
public sealed interface Operation {
  /** The service that it concerns, in the new catalog's words where there are any. */
  Service service();

  /** Takes a service down. */
  record Remove(Service service) implements Operation {}

  /** Brings a service up at another address, and takes the old one down once the new one serves. */
  record Move(Service before, Service service) implements Operation {}

  /** Changes a service in place. */
  record Change(Service before, Service service) implements Operation {}

  /** Brings a service up. */
  record Add(Service service) implements Operation {}

  /**
   * The operations from one catalog to another: what gives listeners up comes before what may want
   * them. Pure.
   */
  static List<Operation> between(Catalog before, Catalog after) {
    Map<String, Service> old = new LinkedHashMap<>();
    before.services().forEach(service -> old.put(service.id(), service));
    List<Operation> removals = new ArrayList<>();
    List<Operation> changes = new ArrayList<>();
    List<Operation> additions = new ArrayList<>();
    for (Service service : after.services()) {
      Service was = old.remove(service.id());
      if (was == null) {
        additions.add(new Add(service));
      } else if (!was.address().equals(service.address())) {
        additions.add(new Move(was, service));
      } else if (!was.equals(service)) {
        changes.add(new Change(was, service));
      }
    }
    old.values().forEach(service -> removals.add(new Remove(service)));
    List<Operation> all = new ArrayList<>(removals);
    all.addAll(changes);
    all.addAll(additions);
    return List.copyOf(all);
  }
}
