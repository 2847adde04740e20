package io.sallyport.engine.reconcile;

import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.engine.ApplyReport;
import io.sallyport.engine.Strategies.StrategyFaultException;
import io.sallyport.engine.Strategies.UnknownStrategyException;
import io.sallyport.engine.cluster.Cluster;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.inject.Injection;
import io.sallyport.engine.inject.Injection.Placement;
import io.sallyport.engine.session.Listener;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Moves every service towards what the catalog says, one step at a time and each for itself: what
 * fails stays where it is, says why, and is tried again, while the others go on. Only where a
 * plugin failed to make its part, nothing is tried before the catalog says something else.
 *
 * <p>Control loop only.
 *
 * @since 0.1
 */
public final class Reconciler {
  /** How long a removal waits for an injector to withdraw the names before it goes on without. */
  private static final Duration WITHDRAWAL_PATIENCE = Duration.ofSeconds(5);

  /**
   * How long readiness waits for injectors to publish the first names before it is told without.
   */
  private static final Duration PUBLICATION_PATIENCE = Duration.ofSeconds(5);

  private final ControlLoop loop;
  private final EngineEvents events;
  private final Roster roster = new Roster();
  private final Doors doors;
  private final Injection injection;
  private final NamePublisher names;
  private final Map<String, String> publishedBefore;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private Catalog catalog = Catalog.EMPTY;
  private boolean applied;
  private boolean allJudged;
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
    PublishedServices memory = new PublishedServices(stateDirectory);
    this.publishedBefore = memory.read();
    this.doors =
        new Doors(
            clusters,
            listeners,
            metrics,
            new Doors.Observer() {
              @Override
              public void clusterChanged(ServiceRuntime runtime) {
                if (runtime.phase() == Phase.PROBING || !ready.isDone()) {
                  loop.execute(() -> moveOn(runtime));
                }
              }

              @Override
              public void tried(ServiceRuntime runtime) {
                moveOn(runtime);
              }
            });
    this.injection = injections.apply(this::reported);
    this.names = new NamePublisher(loop, roster, injection, memory, this::drainWithdrawn);
  }

  /** Takes a catalog; completes when all of its operations have been carried out or have failed. */
  public CompletableFuture<ApplyReport> apply(Catalog next) {
    long begun = loop.nanos();
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
          waits.addAll(move(service));
        }
        case Operation.Add(Service service) -> {
          added++;
          waits.add(add(service, wasPublished(service)));
        }
      }
    }
    roster.order(next);
    // There is no waiting for the new address to serve: two that trade places would wait for each
    // other.
    roster.dismissContested().forEach(this::takeDown);
    if (!operations.isEmpty()) {
      wantAddresses();
      names.soon();
    }
    int unchanged = before - changed - removed;
    ApplyReport shape =
        new ApplyReport(next.revision(), added, changed, removed, unchanged, List.of());
    roster.declared().forEach(this::advance);
    checkReady();
    return CompletableFuture.allOf(waits.toArray(CompletableFuture<?>[]::new))
        .thenApplyAsync(done -> finished(shape, begun), loop);
  }

  /**
   * Completes when every service of the first catalog serves under its names, cannot, or has had
   * its probes. An injector that does not answer delays it by five seconds and no more.
   */
  public CompletableFuture<Void> ready() {
    return ready;
  }

  /** The catalog that is being served. */
  public Catalog catalog() {
    return catalog;
  }

  /** Every service's effective state, those that are leaving last. */
  public List<ServiceStatus> status() {
    return roster.all().stream().map(service -> service.status(injection)).toList();
  }

  /** Takes an operator's word on an endpoint; the answer is behind which ports there is one. */
  public List<Integer> order(String service, OptionalInt port, String endpoint, EndpointMode mode) {
    List<Integer> ports = new ArrayList<>();
    roster
        .declared(service)
        .ifPresent(runtime ->
            runtime
                .doors()
                .forEach((listen, door) -> {
                  boolean meant = port.isEmpty() || port.getAsInt() == listen;
                  if (meant && door.cluster().order(endpoint, mode)) {
                    ports.add(listen);
                  }
                }));
    return ports;
  }

  /** Every injector's state. Any thread. */
  public List<InjectorStatus> injectors() {
    return injection.status();
  }

  /** Everything that is wrong, one sentence each: what could not be done, and what ails. */
  public List<String> wrong() {
    List<String> wrong = faults();
    for (ServiceRuntime runtime : roster.declared()) {
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
    roster.all().forEach(service -> faults.addAll(service.faults(injection)));
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
    if (!withdraw) {
      names.end();
      return closeAll(drain).thenComposeAsync(done -> injection.close(), loop);
    }
    roster.all().forEach(service -> service.published(false));
    return heard(InjectionPhase.NAME, names.endWith())
        .thenComposeAsync(done -> closeAll(drain), loop)
        .thenComposeAsync(
            done -> heard(InjectionPhase.ADDRESS, injection.want(InjectionPhase.ADDRESS, Set.of())),
            loop)
        .thenComposeAsync(done -> injection.close(), loop);
  }

  private CompletableFuture<Void> closeAll(Duration drain) {
    return CompletableFuture.allOf(
        roster.all().stream()
            .flatMap(service -> service.allDoors().stream())
            .map(door -> doors.close(door, drain))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Completes when the injectors have heard, or have had their time to. */
  private CompletableFuture<Void> heard(InjectionPhase phase, long generation) {
    CompletableFuture<Void> heard = new CompletableFuture<>();
    waitFor(phase, generation, heard, WITHDRAWAL_PATIENCE);
    return heard;
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

  private ApplyReport finished(ApplyReport shape, long begun) {
    List<String> faults = faults();
    events.happened(
        new EngineEvent.CatalogApplied(
            shape.revision(),
            catalog.services().size(),
            shape.added() + shape.changed() + shape.removed(),
            Duration.ofNanos(loop.nanos() - begun),
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
    roster.declare(runtime);
    try {
      service.ports().forEach(port -> doors.make(runtime, port));
    } catch (StrategyFaultException | UnknownStrategyException fault) {
      fail(runtime, fault);
    }
    return runtime.settled();
  }

  /** Whether its names are out already, from before a restart, and lead where they should. */
  private boolean wasPublished(Service service) {
    return Addresses.text(service.address()).equals(publishedBefore.remove(service.id()));
  }

  private void fail(ServiceRuntime runtime, RuntimeException fault) {
    runtime.doors().values().forEach(door -> doors.close(door, Duration.ZERO));
    runtime.doors().clear();
    runtime.published(false);
    enter(runtime, Phase.FAILED, String.valueOf(fault.getMessage()));
    runtime.settled().complete(null);
  }

  private List<CompletableFuture<Void>> move(Service service) {
    Optional<ServiceRuntime> back = roster.reinstate(service);
    if (back.isPresent()) {
      // It has not moved yet, and now need not: what it moves back to still serves.
      List<CompletableFuture<Void>> waits = new ArrayList<>(takeDown(back.get()));
      waits.addAll(change(service));
      return waits;
    }
    roster.depose(service.id()).ifPresent(this::takeDown);
    return List.of(add(service, false));
  }

  private List<CompletableFuture<Void>> change(Service service) {
    ServiceRuntime runtime = roster.declared(service.id()).orElseThrow();
    if (runtime.phase() == Phase.FAILED) {
      remove(service.id());
      return List.of(add(service, false));
    }
    List<CompletableFuture<Void>> waits = new ArrayList<>();
    runtime.service(service);
    Map<Integer, ServicePort> declared = new LinkedHashMap<>();
    service.ports().forEach(port -> declared.put(port.listen(), port));
    for (Map.Entry<Integer, Door> entry : List.copyOf(runtime.doors().entrySet())) {
      ServicePort now = declared.remove(entry.getKey());
      Door door = entry.getValue();
      if (now == null || !door.listener().canTake(now)) {
        if (now != null) {
          declared.put(entry.getKey(), now);
        }
        runtime.doors().remove(entry.getKey());
        CompletableFuture<Void> idle = close(door);
        runtime.closing(door, idle);
        idle.thenRunAsync(() -> runtime.closed(door), loop);
        waits.add(door.listener().deaf());
      } else if (!now.equals(door.listener().settings())) {
        door.update(now);
      }
    }
    for (ServicePort port : declared.values()) {
      makeLate(runtime, port).ifPresent(waits::add);
    }
    return waits;
  }

  /** A port more for a service that is up, or on its way. */
  private Optional<CompletableFuture<Void>> makeLate(ServiceRuntime runtime, ServicePort port) {
    try {
      Door door = doors.make(runtime, port);
      return runtime.phase() == Phase.OWNING_ADDRESS
          ? Optional.empty()
          : Optional.of(doors.open(runtime, door));
    } catch (StrategyFaultException | UnknownStrategyException fault) {
      runtime.incomplete("port " + port.listen() + ": " + fault.getMessage());
      return Optional.empty();
    }
  }

  private CompletableFuture<Void> close(Door door) {
    return doors.close(door, door.listener().settings().timeouts().drain());
  }

  private List<CompletableFuture<Void>> remove(String id) {
    roster.dismiss(id).ifPresent(this::takeDown);
    return roster.withdraw(id).map(this::takeDown).orElse(List.of());
  }

  private void moveOn(ServiceRuntime runtime) {
    advance(runtime);
    checkReady();
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
          runtime.doors().values().forEach(door -> doors.open(runtime, door));
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
      names.soon();
      roster.dismiss(runtime.service().id()).ifPresent(this::takeDown);
    }
  }

  /** Names first, then the listeners, then the sessions, the address last. */
  private List<CompletableFuture<Void>> takeDown(ServiceRuntime runtime) {
    roster.leave(runtime);
    boolean wasPublished = runtime.published() && !runtime.service().names().isEmpty();
    runtime.withdraw();
    runtime.settled().complete(null);
    List<CompletableFuture<Void>> deaf =
        runtime.doors().values().stream().map(doors::reserve).toList();
    if (wasPublished) {
      enter(runtime, Phase.WITHDRAWING, "");
      names.soon();
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
    List<CompletableFuture<Void>> ends = new ArrayList<>(runtime.closing());
    runtime.doors().values().forEach(door -> ends.add(close(door)));
    CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
        .thenRunAsync(
            () -> {
              enter(runtime, Phase.GONE, "");
              roster.left(runtime);
              if (!stopping) {
                wantAddresses();
              }
            },
            loop);
  }

  private void reported() {
    for (ServiceRuntime runtime : roster.declared()) {
      if (runtime.phase() == Phase.OWNING_ADDRESS) {
        advance(runtime);
      }
    }
    drainWithdrawn();
    checkReady();
  }

  private void drainWithdrawn() {
    for (ServiceRuntime runtime : roster.leaving()) {
      if (runtime.withdrawn(injection)) {
        drain(runtime);
      }
    }
  }

  private void wantAddresses() {
    Set<HostBinding> bindings = new LinkedHashSet<>();
    roster.all().forEach(runtime -> bindings.add(runtime.binding()));
    injection.want(InjectionPhase.ADDRESS, bindings);
  }

  private void enter(ServiceRuntime runtime, Phase phase, String reason) {
    if (runtime.phase() == phase && runtime.reason().equals(reason)) {
      return;
    }
    runtime.phase(phase, reason);
    events.happened(new EngineEvent.PhaseChanged(runtime.service().id(), phase.text(), reason));
  }

  private void checkReady() {
    if (!applied
        || ready.isDone()
        || !roster.declared().stream().allMatch(ServiceRuntime::judged)) {
      return;
    }
    if (roster.declared().stream().noneMatch(runtime -> runtime.beingPublished(injection))) {
      ready.complete(null);
    } else if (!allJudged) {
      allJudged = true;
      loop.schedule(PUBLICATION_PATIENCE, this::readyWithoutNames);
    }
  }

  private void readyWithoutNames() {
    if (roster.declared().stream().allMatch(ServiceRuntime::judged)) {
      ready.complete(null);
    } else {
      // A catalog that came in between has services that nobody has looked at.
      allJudged = false;
    }
  }
}
