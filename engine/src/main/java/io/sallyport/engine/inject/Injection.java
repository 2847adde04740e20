package io.sallyport.engine.inject;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.EngineSettings;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.control.ControlLoop;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.inject.InjectorRunner.Ran;
import io.sallyport.engine.status.InjectorStatus;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * All of a node's host injectors, seen from the control loop: what is wanted of them in each phase,
 * and what each of them last said.
 *
 * <p>Control loop only.
 *
 * @since 0.1
 */
public final class Injection {
  private final EngineEvents events;
  private final Runnable onReport;
  private final List<InjectorRunner> runners = new ArrayList<>();
  private final Map<InjectorRunner, Ran> reports = new HashMap<>();
  private volatile List<InjectorStatus> states;
  private final Map<InjectionPhase, Wanted> wanted = new EnumMap<>(InjectionPhase.class);

  /**
   * What should be there in one phase.
   *
   * @param generation of the newest word
   * @param since for each binding, the generation from which on it was wanted without a break: what
   *     injectors said of it before may have been undone in between
   */
  private record Wanted(long generation, Map<HostBinding, Long> since) {
    static final Wanted NOTHING = new Wanted(0, Map.of());

    Wanted next(Set<HostBinding> bindings) {
      Map<HostBinding, Long> next = HashMap.newHashMap(bindings.size());
      for (HostBinding binding : bindings) {
        next.put(binding, since.getOrDefault(binding, generation + 1));
      }
      return new Wanted(generation + 1, next);
    }
  }

  /**
   * Starts the injectors; they do nothing before they are told what should be there.
   *
   * @param onReport called after each report
   */
  public Injection(
      EngineSettings settings,
      Strategies strategies,
      InstantSource clock,
      ControlLoop loop,
      EngineEvents events,
      Runnable onReport) {
    this.events = events;
    this.onReport = onReport;
    for (Strategy strategy : settings.injectors()) {
      runners.add(
          new InjectorRunner(
              strategy.type(),
              strategies.hostInjectorFactory(strategy).phase(),
              drift ->
                  strategies.hostInjector(
                      strategy, new HostInjectorContext(settings.stateDirectory(), clock, drift)),
              settings.injectionInterval(),
              ran -> loop.execute(() -> received(ran))));
    }
    states = states();
  }

  /** What the injectors would do, in lines for people; changes nothing. Any thread; may block. */
  public static List<String> preview(
      EngineSettings settings,
      Strategies strategies,
      InstantSource clock,
      Set<HostBinding> desired) {
    List<String> lines = new ArrayList<>();
    for (Strategy strategy : settings.injectors()) {
      HostInjectorContext context =
          new HostInjectorContext(settings.stateDirectory(), clock, what -> {});
      try (HostInjector injector = strategies.hostInjector(strategy, context)) {
        for (String line : injector.preview(desired)) {
          lines.add(strategy.type() + ": " + line);
        }
      }
    }
    return lines;
  }

  /**
   * Replaces what should be there in one phase. Says nothing to the injectors if that is what they
   * were told last: they look after it by themselves.
   *
   * @return the generation of this word, or of the last one if that was the same; see {@link
   *     #heard}
   */
  public long want(InjectionPhase phase, Set<HostBinding> bindings) {
    Wanted last = wanted.get(phase);
    if (last != null && last.since().keySet().equals(bindings)) {
      return last.generation();
    }
    Wanted next = (last == null ? Wanted.NOTHING : last).next(bindings);
    wanted.put(phase, next);
    long generation = next.generation();
    for (InjectorRunner runner : runners) {
      if (runner.phase() == phase) {
        runner.want(bindings, generation);
      }
    }
    return generation;
  }

  /** True when every injector of the phase has acted on the word of that generation or later. */
  public boolean heard(InjectionPhase phase, long generation) {
    for (InjectorRunner runner : runners) {
      Ran ran = reports.get(runner);
      if (runner.phase() == phase && (ran == null || ran.generation() < generation)) {
        return false;
      }
    }
    return true;
  }

  /** What has become of a binding in a phase. */
  public Placement placement(InjectionPhase phase, HostBinding binding) {
    boolean pending = false;
    long since = wanted.getOrDefault(phase, Wanted.NOTHING).since().getOrDefault(binding, 0L);
    for (InjectorRunner runner : runners) {
      if (runner.phase() != phase) {
        continue;
      }
      Ran ran = reports.get(runner);
      Outcome outcome =
          ran == null || ran.generation() < since ? null : ran.report().outcomes().get(binding);
      switch (outcome) {
        case null -> pending = true;
        case Outcome.InPlace() -> {}
        case Outcome.Refused(String reason, String remedy) -> {
          return new Placement.Refused(
              runner.type() + ": " + reason + (remedy.isEmpty() ? "" : "; " + remedy));
        }
      }
    }
    return pending ? new Placement.Pending() : new Placement.InPlace();
  }

  /** What has become of a binding. */
  public sealed interface Placement {
    /** Every injector of the phase has it in place; also when there is none. */
    record InPlace() implements Placement {}

    /** Some injector has not said yet. */
    record Pending() implements Placement {}

    /** An injector could not put it in place. */
    record Refused(String reason) implements Placement {}
  }

  /** Each injector's state, in the order of the configuration. Any thread. */
  public List<InjectorStatus> status() {
    return states;
  }

  private List<InjectorStatus> states() {
    List<InjectorStatus> all = new ArrayList<>();
    for (InjectorRunner runner : runners) {
      Ran ran = reports.get(runner);
      int refused = ran == null ? 0 : refusals(ran).size();
      int told = ran == null ? 0 : ran.report().outcomes().size();
      all.add(
          new InjectorStatus(
              runner.type(),
              runner.phase().name().toLowerCase(Locale.ROOT),
              told - refused,
              refused,
              ran == null ? "" : ran.report().note()));
    }
    return List.copyOf(all);
  }

  /** Ends the injectors after the runs that were asked for. Leaves what is published. */
  public CompletableFuture<Void> close() {
    return CompletableFuture.allOf(
        runners.stream().map(InjectorRunner::close).toArray(CompletableFuture<?>[]::new));
  }

  private void received(Ran ran) {
    Ran before = reports.put(ran.runner(), ran);
    states = states();
    Set<String> refusals = refusals(ran);
    boolean news =
        ran.report().changes() > 0
            || !ran.report().note().equals(before == null ? "" : before.report().note())
            || !refusals.equals(before == null ? Set.of() : refusals(before));
    if (news) {
      events.happened(
          new EngineEvent.Injected(
              ran.runner().type(),
              ran.report().changes(),
              ran.report().note(),
              List.copyOf(refusals)));
    }
    onReport.run();
  }

  private static Set<String> refusals(Ran ran) {
    Set<String> refusals = new TreeSet<>();
    ran.report()
        .outcomes()
        .forEach((binding, outcome) -> {
          if (outcome instanceof Outcome.Refused(String reason, String remedy)) {
            refusals.add(
                binding.service() + ": " + reason + (remedy.isEmpty() ? "" : "; " + remedy));
          }
        });
    return refusals;
  }
}
