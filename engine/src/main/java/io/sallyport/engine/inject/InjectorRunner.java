package io.sallyport.engine.inject;

import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.engine.control.ControlThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One host injector on a thread of its own. However often it is told what should be there, and
 * however often the node drifts, runs follow one another and each takes the newest word.
 *
 * <p>Any thread may call; the receiver of reports is called on the injector's thread.
 */
final class InjectorRunner {
  private static final Logger LOG = LoggerFactory.getLogger(InjectorRunner.class);

  /** Foreign writers are answered, but not raced. */
  private static final Duration DRIFT_PAUSE = Duration.ofMillis(200);

  private final String type;
  private final InjectionPhase phase;
  private final ControlThread thread;
  private final Duration interval;
  private final Consumer<Ran> receiver;
  private @Nullable HostInjector injector;

  private Set<HostBinding> desired = Set.of();
  private long wanted;
  private boolean told;
  private boolean pending;
  private boolean ended;

  /**
   * What a run came to.
   *
   * @param runner which injector's
   * @param generation the word that the run was given
   * @param desired what should have been there
   * @param report what the injector says
   */
  record Ran(
      InjectorRunner runner, long generation, Set<HostBinding> desired, InjectionReport report) {}

  InjectorRunner(
      String type,
      InjectionPhase phase,
      Function<HostInjectorContext.Drift, HostInjector> maker,
      Duration interval,
      Consumer<Ran> receiver) {
    this.type = type;
    this.phase = phase;
    this.interval = interval;
    this.receiver = receiver;
    this.thread = new ControlThread("sallyport-" + type);
    thread.execute(() -> make(maker));
    lookAgainLater();
  }

  String type() {
    return type;
  }

  InjectionPhase phase() {
    return phase;
  }

  /** Replaces what should be there, soon. */
  void want(Set<HostBinding> bindings, long generation) {
    thread.execute(() -> {
      desired = bindings;
      wanted = generation;
      told = true;
      soon(Duration.ZERO);
    });
  }

  /** Ends after the runs that were asked for. Leaves what is published. */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    thread.execute(() -> {
      if (pending) {
        // It stands behind this task in the queue, and was asked for before.
        run();
      }
      ended = true;
      try {
        HostInjector made = injector;
        if (made != null) {
          made.close();
        }
      } catch (RuntimeException | LinkageError | AssertionError fault) {
        LOG.atWarn().setCause(fault).addKeyValue("injector", type).log("did not close well");
      } finally {
        closed.complete(null);
      }
    });
    thread.close();
    return closed;
  }

  private void make(Function<HostInjectorContext.Drift, HostInjector> maker) {
    try {
      injector = maker.apply(this::drifted);
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      LOG.atError().setCause(fault).addKeyValue("injector", type).log("could not be made");
    }
  }

  private void drifted(String what) {
    thread.execute(() -> {
      if (told) {
        LOG.atInfo().addKeyValue("injector", type).addKeyValue("seen", what).log("drift");
        soon(DRIFT_PAUSE);
      }
    });
  }

  private void lookAgainLater() {
    thread.schedule(
        interval,
        () -> {
          if (told) {
            soon(Duration.ZERO);
          }
          lookAgainLater();
        });
  }

  private void soon(Duration delay) {
    if (pending) {
      return;
    }
    pending = true;
    if (delay.isZero()) {
      thread.execute(this::run);
    } else {
      thread.schedule(delay, this::run);
    }
  }

  private void run() {
    if (ended) {
      return;
    }
    pending = false;
    Set<HostBinding> now = desired;
    long generation = wanted;
    receiver.accept(new Ran(this, generation, now, reconcile(now)));
  }

  private InjectionReport reconcile(Set<HostBinding> now) {
    HostInjector made = injector;
    if (made == null) {
      return refused(now, "the injector could not be made");
    }
    try {
      return answering(made.reconcile(now), now);
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      LOG.atError().setCause(fault).addKeyValue("injector", type).log("injector fault");
      return refused(now, "the injector failed: " + fault);
    }
  }

  /** What an injector says nothing of is not there. */
  private static InjectionReport answering(InjectionReport report, Set<HostBinding> now) {
    if (report.outcomes().keySet().containsAll(now)) {
      return report;
    }
    Map<HostBinding, Outcome> outcomes = new HashMap<>(report.outcomes());
    for (HostBinding binding : now) {
      outcomes.putIfAbsent(
          binding, new Outcome.Refused("the injector did not say what became of it", ""));
    }
    return new InjectionReport(outcomes, report.changes(), report.note());
  }

  private InjectionReport refused(Set<HostBinding> now, String reason) {
    Map<HostBinding, Outcome> outcomes = new HashMap<>();
    for (HostBinding binding : now) {
      outcomes.put(binding, new Outcome.Refused(reason, "see the log"));
    }
    return new InjectionReport(outcomes, 0, type + ": " + reason);
  }
}
