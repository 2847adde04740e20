package io.sallyport.engine.reconcile;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Routing;
import io.sallyport.api.catalog.Service;
import io.sallyport.engine.session.Listener;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All services at run time: those that the catalog declares; beside a declared one that moves, its
 * predecessor, which serves at the old address until the new one does; and those that are leaving.
 * Control loop only.
 */
final class Roster {
  private final Map<String, ServiceRuntime> declared = new LinkedHashMap<>();
  private final Map<String, ServiceRuntime> predecessors = new HashMap<>();
  private final Set<ServiceRuntime> leaving = new LinkedHashSet<>();
  private @Nullable List<ServiceRuntime> copy;

  /** The services of the catalog, in its order; a copy. */
  List<ServiceRuntime> declared() {
    List<ServiceRuntime> made = copy;
    if (made == null) {
      made = List.copyOf(declared.values());
      copy = made;
    }
    return made;
  }

  Optional<ServiceRuntime> declared(String id) {
    return Optional.ofNullable(declared.get(id));
  }

  void declare(ServiceRuntime runtime) {
    declared.put(runtime.service().id(), runtime);
    copy = null;
  }

  /** Strikes a service off the catalog's ones. */
  Optional<ServiceRuntime> withdraw(String id) {
    copy = null;
    return Optional.ofNullable(declared.remove(id));
  }

  /** The declared service becomes the predecessor of the next one with its id. */
  Optional<ServiceRuntime> depose(String id) {
    copy = null;
    ServiceRuntime deposed = declared.remove(id);
    return deposed == null ? Optional.empty() : Optional.ofNullable(predecessors.put(id, deposed));
  }

  /**
   * Where a service that moves has its predecessor at the very address that is now wanted, that one
   * becomes the declared one again.
   *
   * @return the one that was declared in between
   */
  Optional<ServiceRuntime> reinstate(Service service) {
    ServiceRuntime old = predecessors.get(service.id());
    ServiceRuntime between = declared.get(service.id());
    if (old == null || between == null || !old.service().address().equals(service.address())) {
      return Optional.empty();
    }
    predecessors.remove(service.id());
    declared.put(service.id(), old);
    copy = null;
    return Optional.of(between);
  }

  /** Strikes a predecessor off. */
  Optional<ServiceRuntime> dismiss(String id) {
    return Optional.ofNullable(predecessors.remove(id));
  }

  /**
   * Strikes off the predecessors whose listeners declared services want for themselves. One that
   * shares its address and port with them, and none of its server names, may stay.
   */
  List<ServiceRuntime> dismissContested() {
    if (predecessors.isEmpty()) {
      return List.of();
    }
    Map<InetSocketAddress, List<Routing>> wanted = new HashMap<>();
    declared.values().stream()
        .flatMap(runtime -> runtime.doors().values().stream())
        .map(Door::listener)
        .forEach(listener ->
            wanted
                .computeIfAbsent(listener.address(), address -> new ArrayList<>(1))
                .add(routing(listener)));
    List<ServiceRuntime> contested =
        predecessors.values().stream().filter(old -> contested(old, wanted)).toList();
    predecessors.values().removeAll(contested);
    return contested;
  }

  private static boolean contested(
      ServiceRuntime old, Map<InetSocketAddress, List<Routing>> wanted) {
    return old.doors().values().stream()
        .map(Door::listener)
        .anyMatch(listener ->
            wanted.getOrDefault(listener.address(), List.of()).stream()
                .anyMatch(other -> !other.standsBeside(routing(listener))));
  }

  private static Routing routing(Listener listener) {
    return listener.settings().preamble().routing();
  }

  /** Those that are leaving; a copy. */
  List<ServiceRuntime> leaving() {
    return List.copyOf(leaving);
  }

  void leave(ServiceRuntime runtime) {
    leaving.add(runtime);
  }

  void left(ServiceRuntime runtime) {
    leaving.remove(runtime);
  }

  /** Everything that is on the node, those that are leaving last. */
  Collection<ServiceRuntime> all() {
    List<ServiceRuntime> all = new ArrayList<>(declared.values());
    all.addAll(predecessors.values());
    all.addAll(leaving);
    return all;
  }

  /** Those whose names should be out: of one that moves, whichever serves already. */
  List<ServiceRuntime> named() {
    List<ServiceRuntime> named = new ArrayList<>();
    for (ServiceRuntime runtime : declared.values()) {
      ServiceRuntime old = predecessors.get(runtime.service().id());
      ServiceRuntime out = runtime.published() || old == null ? runtime : old;
      if (out.published() && !out.service().names().isEmpty()) {
        named.add(out);
      }
    }
    return named;
  }

  /** Takes on the order of a catalog. */
  void order(Catalog catalog) {
    Map<String, ServiceRuntime> ordered = LinkedHashMap.newLinkedHashMap(declared.size());
    for (Service service : catalog.services()) {
      ServiceRuntime runtime = declared.get(service.id());
      if (runtime != null) {
        ordered.put(service.id(), runtime);
      }
    }
    copy = null;
    declared.clear();
    declared.putAll(ordered);
  }
}
