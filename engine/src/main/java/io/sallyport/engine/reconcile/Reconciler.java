package io.sallyport.engine.reconcile;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.engine.ApplyReport;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.inject.Injection;
import io.sallyport.engine.inject.Injection.Placement;
import io.sallyport.engine.session.Listener;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Moves every service towards what the catalog says, one step at a time and each for itself: what
 * fails stays where it is, says why, and is tried again, while the others go on.
 *
 * <p>Control loop only.
 *
 * @since 0.1
 */
public final class Reconciler {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** How long a removal waits for an injector to withdraw the names before it goes on without. */
  private static final Duration WITHDRAWAL_PATIENCE = Duration.ofSeconds(5);

  /** Names that become ready together are published together. */
  private static final Duration GATHERING = Duration.ofMillis(5);

  private final ControlLoop loop;
  private final Cluster.Shared clusters;
  private final Listener.Shared listeners;
  private final MetricRegistry metrics;
  private final EngineEvents events;
  private final PublishedServices memory;
  private final Injection injection;
  private final Map<String, ServiceRuntime> services = new LinkedHashMap<>();
  private final Map<String, ServiceRuntime> predecessors = new HashMap<>();
  private final Set<ServiceRuntime> leaving = new LinkedHashSet<>();
  private final Map<InetSocketAddress, CompletableFuture<Void>> closing = new HashMap<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Set<String> publishedBefore;
  private Catalog catalog = Catalog.EMPTY;
  private boolean applied;
  private boolean namesDue;
  private boolean stopping;

  /**
   * Makes a reconciler without services.
   *
   * @param injections makes the injectors, given what to call after each report
   */
  public Reconciler(
      Cluster.Shared clusters,
      Listener.Shared listeners,
      MetricRegistry metrics,
      Path stateDirectory,
      Function<Runnable, Injection> injections) {
    this.loop = clusters.loop();
    this.events = clusters.events();
    this.clusters = clusters;
    this.listeners = listeners;
    this.metrics = metrics;
    this.memory = new PublishedServices(stateDirectory);
    this.publishedBefore = memory.read();
    this.injection = injections.apply(this::reported);
  }

  /** Takes a catalog; completes when all of its operations have been carried out or have failed. */
  public CompletableFuture<ApplyReport> apply(Catalog next) {
    List<Operation> operations = Operation.between(catalog, next);
    int before = catalog.services().size();
    catalog = next;
    applied = true;
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    int added = 0;
    int changed = 0;
    int removed = 0;
    for (Operation operation : operations) {
      switch (operation) {
        case Operation.Remove(Service service) -> {
          removed++;
          waits.addAll(remove(service.id()));
        }
        case Operation.Change(Service was, Service service) -> {
          changed++;
          waits.addAll(change(service));
        }
        case Operation.Move(Service was, Service service) -> {
          changed++;
          waits.add(move(service));
        }
        case Operation.Add(Service service) -> {
          added++;
          waits.add(add(service, publishedBefore.remove(service.id())));
        }
      }
    }
    reorder(next);
    giveWay();
    if (!operations.isEmpty()) {
      wantAddresses();
      namesChanged();
    }
    int unchanged = before - changed - removed;
    ApplyReport shape =
        new ApplyReport(next.revision(), added, changed, removed, unchanged, List.of());
    List.copyOf(services.values()).forEach(this::advance);
    checkReady();
    return CompletableFuture.allOf(waits.toArray(CompletableFuture<?>[]::new))
        .thenApplyAsync(done -> finished(shape), loop);
  }

  /** Completes when every service of the first catalog serves, cannot, or has had its probes. */
  public CompletableFuture<Void> ready() {
    return ready;
  }

  /** The catalog that is being served. */
  public Catalog catalog() {
    return catalog;
  }

  /** Every service's effective state, those that are leaving last. */
  public List<ServiceStatus> status() {
    return all().stream().map(service -> service.status(injection)).toList();
  }

  /** Every injector's state. */
  public List<InjectorStatus> injectors() {
    return injection.status();
  }

  /** Everything that is wrong, one sentence each: what could not be done, and what ails. */
  public List<String> wrong() {
    List<String> wrong = faults();
    for (ServiceRuntime runtime : services.values()) {
      runtime.doors().values().forEach(door -> wrong.addAll(door.cluster().ailments()));
    }
    return wrong;
  }

  private List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (InjectorStatus injector : injection.status()) {
      if (!injector.note().isEmpty()) {
        faults.add("injector " + injector.type() + ": " + injector.note());
      }
    }
    all().forEach(service -> faults.addAll(service.faults(injection)));
    return faults;
  }

  /**
   * Stops accepting and lets sessions end.
   *
   * @param withdraw whether names go first and addresses last; else both stay
   * @param drain how long sessions may go on
   */
  public CompletableFuture<Void> stop(boolean withdraw, Duration drain) {
    stopping = true;
    CompletableFuture<Void> named = new CompletableFuture<>();
    if (withdraw) {
      services.values().forEach(service -> service.published(false));
      long generation = publish();
      waitFor(InjectionPhase.NAME, generation, named, WITHDRAWAL_PATIENCE);
    } else {
      named.complete(null);
    }
    return named
        .thenComposeAsync(done -> closeAll(drain), loop)
        .thenComposeAsync(
            done -> {
              if (!withdraw) {
                return CompletableFuture.completedFuture(null);
              }
              CompletableFuture<Void> gone = new CompletableFuture<>();
              long generation = injection.want(InjectionPhase.ADDRESS, Set.of());
              waitFor(InjectionPhase.ADDRESS, generation, gone, WITHDRAWAL_PATIENCE);
              return gone;
            },
            loop)
        .thenComposeAsync(done -> injection.close(), loop);
  }

  private CompletableFuture<Void> closeAll(Duration drain) {
    List<CompletableFuture<Void>> idle = new ArrayList<>();
    for (ServiceRuntime service : all()) {
      for (Door door : service.doors().values()) {
        door.closed();
        door.cluster().stop();
        idle.add(door.listener().close(drain));
      }
    }
    return CompletableFuture.allOf(idle.toArray(CompletableFuture<?>[]::new));
  }

  private void waitFor(
      InjectionPhase phase, long generation, CompletableFuture<Void> heard, Duration patience) {
    if (injection.heard(phase, generation) || patience.isNegative()) {
      heard.complete(null);
      return;
    }
    Duration step = Duration.ofMillis(10);
    loop.schedule(step, () -> waitFor(phase, generation, heard, patience.minus(step)));
  }

  private ApplyReport finished(ApplyReport shape) {
    List<String> faults = faults();
    events.happened(
        new EngineEvent.CatalogApplied(
            shape.revision(),
            catalog.services().size(),
            shape.added() + shape.changed() + shape.removed(),
            faults));
    return new ApplyReport(
        shape.revision(),
        shape.added(),
        shape.changed(),
        shape.removed(),
        shape.unchanged(),
        faults);
  }

  private CompletableFuture<Void> add(Service service, boolean published) {
    ServiceRuntime runtime = new ServiceRuntime(service, published);
    services.put(service.id(), runtime);
    service.ports().forEach(port -> makeDoor(runtime, port));
    return runtime.settled();
  }

  private CompletableFuture<Void> move(Service service) {
    ServiceRuntime old = services.remove(service.id());
    if (old != null) {
      ServiceRuntime older = predecessors.put(service.id(), old);
      if (older != null) {
        takeDown(older);
      }
    }
    return add(service, false);
  }

  /**
   * What a moving service still holds at its old address is another one's now: there is no waiting
   * for the new address to serve, for two that trade places would wait for each other.
   */
  private void giveWay() {
    Set<InetSocketAddress> wanted = new HashSet<>();
    services.values().forEach(runtime -> wanted.addAll(runtime.listenerAddresses()));
    for (ServiceRuntime old : List.copyOf(predecessors.values())) {
      if (!Collections.disjoint(wanted, old.listenerAddresses())) {
        predecessors.remove(old.service().id());
        takeDown(old);
      }
    }
  }

  private List<CompletableFuture<Void>> change(Service service) {
    ServiceRuntime runtime = services.get(service.id());
    if (runtime == null) {
      return List.of(add(service, false));
    }
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    runtime.service(service);
    Map<Integer, ServicePort> declared = new LinkedHashMap<>();
    service.ports().forEach(port -> declared.put(port.listen(), port));
    for (Map.Entry<Integer, Door> entry : List.copyOf(runtime.doors().entrySet())) {
      ServicePort now = declared.remove(entry.getKey());
      if (now == null) {
        runtime.doors().remove(entry.getKey());
        waits.add(close(entry.getValue()));
      } else if (!now.equals(entry.getValue().listener().settings())) {
        entry.getValue().update(now);
      }
    }
    declared.values().forEach(port -> makeDoor(runtime, port));
    if (runtime.phase() == Phase.PROBING || runtime.phase() == Phase.SERVING) {
      for (ServicePort port : declared.values()) {
        Door door = runtime.doors().get(port.listen());
        if (door != null) {
          waits.add(open(runtime, door));
        }
      }
    }
    return waits;
  }

  private List<CompletableFuture<Void>> remove(String id) {
    ServiceRuntime old = predecessors.remove(id);
    if (old != null) {
      takeDown(old);
    }
    ServiceRuntime runtime = services.remove(id);
    return runtime == null ? List.of() : takeDown(runtime);
  }

  private void makeDoor(ServiceRuntime runtime, ServicePort port) {
    String id = runtime.service().id();
    DoorMetrics doorMetrics = new DoorMetrics(metrics, id, port.listen());
    Cluster cluster =
        new Cluster(
            id,
            port,
            clusters,
            new Cluster.Observer() {
              @Override
              public void changed() {
                if (runtime.phase() == Phase.PROBING || !ready.isDone()) {
                  loop.execute(() -> {
                    advance(runtime);
                    checkReady();
                  });
                }
              }

              @Override
              public void added(ClusterEndpoint endpoint) {
                doorMetrics.added(endpoint);
              }

              @Override
              public void removed(ClusterEndpoint endpoint) {
                doorMetrics.removed(endpoint);
              }
            });
    Listener listener = new Listener(id, runtime.service().address(), port, cluster, listeners);
    doorMetrics.opened(listener);
    listener.deaf().thenRunAsync(doorMetrics::closed, loop);
    runtime.doors().put(port.listen(), new Door(cluster, listener));
    cluster.start();
  }

  /** Takes a service as far as it will go now. */
  private void advance(ServiceRuntime runtime) {
    if (stopping) {
      return;
    }
    if (runtime.phase() == Phase.OWNING_ADDRESS) {
      switch (injection.placement(InjectionPhase.ADDRESS, runtime.binding())) {
        case Placement.Pending() -> {
          return;
        }
        case Placement.Refused(String reason) -> {
          enter(runtime, Phase.OWNING_ADDRESS, reason);
          runtime.settled().complete(null);
          return;
        }
        case Placement.InPlace() -> {
          enter(runtime, Phase.OPENING, "");
          runtime.doors().values().forEach(door -> open(runtime, door));
        }
      }
    }
    if (runtime.phase() == Phase.OPENING) {
      boolean open = true;
      for (Door door : runtime.doors().values()) {
        open &= door.state() == Door.State.OPEN;
        if (door.state() == Door.State.FAILED) {
          enter(runtime, Phase.OPENING, door.fault());
        }
      }
      if (!open) {
        return;
      }
      enter(runtime, Phase.PROBING, "");
      runtime.settled().complete(null);
    }
    if (runtime.phase() == Phase.PROBING
        && runtime.doors().values().stream().anyMatch(door -> door.cluster().serves())) {
      enter(runtime, Phase.SERVING, "");
      runtime.published(true);
      namesChanged();
      ServiceRuntime old = predecessors.remove(runtime.service().id());
      if (old != null) {
        takeDown(old);
      }
    }
  }

  private CompletableFuture<Void> open(ServiceRuntime runtime, Door door) {
    door.opening();
    // Asked in a task of its own: by then the whole catalog has said what it closes.
    return CompletableFuture.supplyAsync(() -> closing.get(door.listener().address()), loop)
        .thenCompose(deaf -> deaf == null ? CompletableFuture.completedFuture(null) : deaf)
        .thenComposeAsync(
            done ->
                door.state() == Door.State.OPENING
                    ? door.listener().open()
                    : CompletableFuture.<Void>completedFuture(null),
            loop)
        .handleAsync(
            (done, fault) -> {
              if (door.state() == Door.State.OPENING) {
                if (fault == null) {
                  door.opened();
                } else {
                  couldNotOpen(runtime, door, fault);
                }
                advance(runtime);
                checkReady();
              }
              return null;
            },
            loop);
  }

  private void couldNotOpen(ServiceRuntime runtime, Door door, Throwable fault) {
    Throwable cause = fault.getCause() == null ? fault : fault.getCause();
    Duration delay = RETRY.multipliedBy(1L << Math.min(door.failures(), 5));
    Duration bounded = delay.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : delay;
    door.failed(
        OpeningFault.words(door.listener().address(), cause),
        loop.schedule(bounded, () -> open(runtime, door)));
    runtime.settled().complete(null);
  }

  /** Names first, then the listeners, then the sessions, the address last. */
  private List<CompletableFuture<Void>> takeDown(ServiceRuntime runtime) {
    leaving.add(runtime);
    boolean wasPublished = runtime.published() && !runtime.service().names().isEmpty();
    runtime.published(false);
    runtime.settled().complete(null);
    List<CompletableFuture<Void>> deaf =
        runtime.doors().values().stream().map(door -> door.listener().deaf()).toList();
    for (Door door : runtime.doors().values()) {
      closing.put(door.listener().address(), door.listener().deaf());
    }
    if (wasPublished) {
      enter(runtime, Phase.WITHDRAWING, "");
      runtime.withdrawal(Long.MAX_VALUE);
      namesChanged();
      loop.schedule(WITHDRAWAL_PATIENCE, () -> drain(runtime));
    } else {
      drain(runtime);
    }
    return deaf;
  }

  private void drain(ServiceRuntime runtime) {
    if (runtime.phase() == Phase.DRAINING || runtime.phase() == Phase.GONE) {
      return;
    }
    enter(runtime, Phase.DRAINING, "");
    List<CompletableFuture<Void>> ends =
        runtime.doors().values().stream().map(this::close).toList();
    CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
        .thenRunAsync(
            () -> {
              enter(runtime, Phase.GONE, "");
              leaving.remove(runtime);
              wantAddresses();
            },
            loop);
  }

  /** Completes when the last session has ended. */
  private CompletableFuture<Void> close(Door door) {
    door.closed();
    door.cluster().stop();
    Listener listener = door.listener();
    closing.put(listener.address(), listener.deaf());
    listener.deaf().thenRunAsync(() -> closing.remove(listener.address(), listener.deaf()), loop);
    return listener.close(listener.settings().timeouts().drain());
  }

  private void reported() {
    for (ServiceRuntime runtime : List.copyOf(services.values())) {
      if (runtime.phase() == Phase.OWNING_ADDRESS) {
        advance(runtime);
      }
    }
    for (ServiceRuntime runtime : List.copyOf(leaving)) {
      if (runtime.phase() == Phase.WITHDRAWING
          && injection.heard(InjectionPhase.NAME, runtime.withdrawal())) {
        drain(runtime);
      }
    }
    checkReady();
  }

  private void wantAddresses() {
    Set<HostBinding> bindings = new LinkedHashSet<>();
    all().forEach(runtime -> bindings.add(runtime.binding()));
    injection.want(InjectionPhase.ADDRESS, bindings);
  }

  private void namesChanged() {
    if (!namesDue) {
      namesDue = true;
      loop.schedule(
          GATHERING,
          () -> {
            namesDue = false;
            if (!stopping) {
              publish();
            }
          });
    }
  }

  /** Tells the injectors all names that should be out. */
  private long publish() {
    Set<HostBinding> bindings = new LinkedHashSet<>();
    Set<String> remembered = new HashSet<>();
    for (ServiceRuntime runtime : services.values()) {
      ServiceRuntime old = predecessors.get(runtime.service().id());
      ServiceRuntime out = runtime.published() || old == null ? runtime : old;
      if (out.published() && !out.service().names().isEmpty()) {
        bindings.add(out.binding());
        remembered.add(out.service().id());
      }
    }
    long generation = injection.want(InjectionPhase.NAME, bindings);
    for (ServiceRuntime runtime : leaving) {
      if (runtime.phase() == Phase.WITHDRAWING && runtime.withdrawal() == Long.MAX_VALUE) {
        runtime.withdrawal(generation);
        if (injection.heard(InjectionPhase.NAME, generation)) {
          loop.execute(() -> drain(runtime));
        }
      }
    }
    memory.write(remembered);
    return generation;
  }

  private void enter(ServiceRuntime runtime, Phase phase, String reason) {
    if (runtime.phase() == phase && runtime.reason().equals(reason)) {
      return;
    }
    runtime.phase(phase, reason);
    events.happened(new EngineEvent.PhaseChanged(runtime.service().id(), phase.text(), reason));
  }

  private void checkReady() {
    if (applied && !ready.isDone() && services.values().stream().allMatch(ServiceRuntime::judged)) {
      ready.complete(null);
    }
  }

  private void reorder(Catalog next) {
    Map<String, ServiceRuntime> ordered = new LinkedHashMap<>();
    for (Service service : next.services()) {
      ServiceRuntime runtime = services.get(service.id());
      if (runtime != null) {
        ordered.put(service.id(), runtime);
      }
    }
    services.clear();
    services.putAll(ordered);
  }

  private Collection<ServiceRuntime> all() {
    List<ServiceRuntime> all = new ArrayList<>(services.values());
    all.addAll(predecessors.values());
    all.addAll(leaving);
    return all;
  }
}
