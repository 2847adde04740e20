package io.sallyport.engine.reconcile;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.engine.inject.Injection;
import io.sallyport.engine.inject.Injection.Placement;
import io.sallyport.engine.status.ServiceStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One service at run time. A record of where it stands; the reconciler moves it. */
final class ServiceRuntime {
  private static final long UNTOLD = Long.MAX_VALUE;

  private final Map<Integer, Door> doors = new LinkedHashMap<>();
  private final Map<Door, CompletableFuture<Void>> closing = new LinkedHashMap<>();
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private Service service;
  private HostBinding binding;
  private Phase phase = Phase.OWNING_ADDRESS;
  private String reason = "";
  private String incomplete = "";
  private boolean published;
  private long withdrawal;

  /**
   * Makes a service that has nothing yet.
   *
   * @param published whether its names are out already, from before a restart
   */
  ServiceRuntime(Service service, boolean published) {
    this.service = service;
    this.binding = bindingOf(service);
    this.published = published;
  }

  Service service() {
    return service;
  }

  void service(Service changed) {
    service = changed;
    binding = bindingOf(changed);
    incomplete = "";
  }

  /** What of its declaration could not be brought up beside what serves; empty when nothing. */
  void incomplete(String what) {
    incomplete = what;
  }

  HostBinding binding() {
    return binding;
  }

  private static HostBinding bindingOf(Service service) {
    return new HostBinding(service.id(), service.address(), service.names());
  }

  Map<Integer, Door> doors() {
    return doors;
  }

  /** A door whose port is declared no more; it stays until its last session has ended. */
  void closing(Door door, CompletableFuture<Void> idle) {
    closing.put(door, idle);
  }

  void closed(Door door) {
    closing.remove(door);
  }

  /** Complete when the last sessions of ports that are declared no more have ended. */
  Collection<CompletableFuture<Void>> closing() {
    return List.copyOf(closing.values());
  }

  /** All doors, those that are closing last. */
  List<Door> allDoors() {
    List<Door> all = new ArrayList<>(doors.values());
    all.addAll(closing.keySet());
    return all;
  }

  Phase phase() {
    return phase;
  }

  /** Why it does not move on; empty when it is only a matter of time. */
  String reason() {
    return reason;
  }

  void phase(Phase changed, String why) {
    phase = changed;
    reason = why;
  }

  boolean published() {
    return published;
  }

  void published(boolean changed) {
    published = changed;
  }

  /** Its names are to go: the next word to the injectors will not hold them. */
  void withdraw() {
    published = false;
    withdrawal = UNTOLD;
  }

  /** The injectors were told names without this service's. */
  void withdrawnBy(long generation) {
    if (phase == Phase.WITHDRAWING && withdrawal == UNTOLD) {
      withdrawal = generation;
    }
  }

  /** True when all injectors have acted on a word without its names. */
  boolean withdrawn(Injection injection) {
    return phase == Phase.WITHDRAWING && injection.heard(InjectionPhase.NAME, withdrawal);
  }

  /** True while its names should be out and some injector has not said what became of them. */
  boolean beingPublished(Injection injection) {
    return published
        && !service.names().isEmpty()
        && injection.placement(InjectionPhase.NAME, binding()) instanceof Placement.Pending;
  }

  /** Completes when its listeners are open, or something keeps them from it. */
  CompletableFuture<Void> settled() {
    return settled;
  }

  /** Whether it serves, cannot, or has had its first probes: nothing more is to be waited for. */
  boolean judged() {
    return switch (phase) {
      case OWNING_ADDRESS, OPENING -> !reason.isEmpty();
      case PROBING -> doors.values().stream().allMatch(door -> door.cluster().judged());
      case SERVING, FAILED, WITHDRAWING, DRAINING, GONE -> true;
    };
  }

  ServiceStatus status(Injection injection) {
    HostBinding binding = binding();
    boolean owned =
        injection.placement(InjectionPhase.ADDRESS, binding) instanceof Placement.InPlace;
    Placement names = injection.placement(InjectionPhase.NAME, binding);
    boolean named = published && !service.names().isEmpty();
    return new ServiceStatus(
        service.id(),
        phase.text(),
        why(injection),
        Addresses.text(service.address()),
        owned,
        service.names().stream().map(HostName::text).toList(),
        named && names instanceof Placement.InPlace,
        allDoors().stream().map(Door::status).toList());
  }

  /** Why it is not further than it is; empty when nothing stands in its way. */
  private String why(Injection injection) {
    if (!reason.isEmpty()) {
      return reason;
    }
    if (published
        && !service.names().isEmpty()
        && injection.placement(InjectionPhase.NAME, binding())
            instanceof Placement.Refused(String refusal)) {
      return refusal;
    }
    if (phase == Phase.PROBING
        && judged()
        && doors.values().stream().noneMatch(door -> door.cluster().serves())) {
      return "no endpoint passes its checks";
    }
    return "";
  }

  /** Everything that is wrong with it, one sentence each. */
  List<String> faults(Injection injection) {
    List<String> faults = new ArrayList<>();
    String why = why(injection);
    if (!why.isEmpty()) {
      faults.add("service " + service.id() + " (" + phase.text() + "): " + why);
    }
    if (phase != Phase.OWNING_ADDRESS
        && injection.placement(InjectionPhase.ADDRESS, binding())
            instanceof Placement.Refused(String refusal)) {
      faults.add("service " + service.id() + ": " + refusal);
    }
    if (!incomplete.isEmpty()) {
      faults.add("service " + service.id() + ": " + incomplete);
    }
    for (Door door : doors.values()) {
      String fault = door.fault();
      if (fault.isEmpty()
          && phase == Phase.SERVING
          && !door.cluster().serves()
          && door.cluster().judged()) {
        fault = "no endpoint passes its checks";
      }
      if (!fault.isEmpty() && !fault.equals(why)) {
        faults.add("listener " + door.listener() + " of service " + service.id() + ": " + fault);
      }
    }
    return faults;
  }
}
