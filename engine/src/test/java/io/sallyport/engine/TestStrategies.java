package io.sallyport.engine;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.injection.HostBinding;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.api.injection.InjectionReport;
import io.sallyport.api.injection.InjectionReport.Outcome;
import io.sallyport.api.plugin.Strategy;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Small strategies of the tests' own; the engine knows no plugin. */
final class TestStrategies {
  private TestStrategies() {}

  record Nothing() {}

  static final Strategy ROTATE = new Strategy("rotate", new Nothing());
  static final Strategy CONNECT = new Strategy("connect", new Nothing());

  static Strategies with(List<? extends BalancerFactory<?>> more) {
    Map<String, BalancerFactory<?>> balancers = new HashMap<>(Map.of("rotate", new Rotate()));
    more.forEach(factory -> balancers.put(factory.type(), factory));
    return new Strategies(balancers, Map.of("connect", new Connect()), Map.of());
  }

  static Strategies with(HostInjectorFactory<?>... injectors) {
    Map<String, HostInjectorFactory<?>> byType = new HashMap<>();
    for (HostInjectorFactory<?> injector : injectors) {
      byType.put(injector.type(), injector);
    }
    return new Strategies(Map.of("rotate", new Rotate()), Map.of("connect", new Connect()), byType);
  }

  private static final class Rotate implements BalancerFactory<Nothing> {
    @Override
    public String type() {
      return "rotate";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public Balancer create(Nothing settings, BalancerContext context) {
      AtomicInteger turn = new AtomicInteger();
      return candidates ->
          request -> {
            for (int i = 0; i < candidates.size(); i++) {
              int index = Math.floorMod(turn.getAndIncrement(), candidates.size());
              if (request.admits(index)) {
                return index;
              }
            }
            for (int i = 0; i < candidates.size(); i++) {
              if (request.admits(i)) {
                return i;
              }
            }
            return Picker.NONE;
          };
    }
  }

  private static final class Connect implements HealthCheckFactory<Nothing> {
    @Override
    public String type() {
      return "connect";
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public HealthCheck create(Nothing settings, HealthCheckContext context) {
      return target ->
          context
              .connector()
              .connect(target.address(), target.timeout())
              .thenApply(outcome ->
                  switch (outcome) {
                    case ProbeOutcome.Connected(var took) ->
                        CheckResult.of(CheckStatus.LAYER4_PASSED, took, "");
                    case ProbeOutcome.Refused(var took, String info) ->
                        CheckResult.of(CheckStatus.LAYER4_CONNECTION_PROBLEM, took, info);
                    case ProbeOutcome.TimedOut(var took) ->
                        CheckResult.of(CheckStatus.LAYER4_TIMEOUT, took, "");
                    case ProbeOutcome.Unable(var took, String info) ->
                        CheckResult.of(CheckStatus.SOCKET_ERROR, took, info);
                  });
    }
  }

  /** An injector that remembers what it was told, and refuses what the test wants refused. */
  static final class Recording implements HostInjectorFactory<Nothing> {
    private final String type;
    private final InjectionPhase phase;
    private final List<Set<HostBinding>> told = new CopyOnWriteArrayList<>();
    private final List<String> journal;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean hanging;
    private volatile Predicate<HostBinding> refused = binding -> false;
    private volatile Set<HostBinding> present = Set.of();

    Recording(String type, InjectionPhase phase, List<String> journal) {
      this.type = type;
      this.phase = phase;
      this.journal = journal;
    }

    Strategy strategy() {
      return new Strategy(type, new Nothing());
    }

    /** Keeps a run that shall leave nothing from doing so until it is released. */
    void hold() {
      gate = new CountDownLatch(1);
    }

    /** Keeps any run from doing anything until it is released. */
    void hang() {
      hanging = true;
      hold();
    }

    void release() {
      gate.countDown();
    }

    void refuse(Predicate<HostBinding> which) {
      refused = which;
    }

    Set<HostBinding> present() {
      return present;
    }

    List<Set<HostBinding>> told() {
      return told;
    }

    Set<String> services() {
      return services(present);
    }

    private static Set<String> services(Set<HostBinding> bindings) {
      Set<String> ids = new LinkedHashSet<>();
      bindings.forEach(binding -> ids.add(binding.service()));
      return ids;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public InjectionPhase phase() {
      return phase;
    }

    @Override
    public Class<Nothing> settingsType() {
      return Nothing.class;
    }

    @Override
    public Nothing parse(ConfigSection section) {
      return new Nothing();
    }

    @Override
    public HostInjector create(Nothing settings, HostInjectorContext context) {
      return new HostInjector() {
        @Override
        public InjectionReport reconcile(Set<HostBinding> desired) {
          told.add(desired);
          if (desired.isEmpty() || hanging) {
            try {
              gate.await();
            } catch (InterruptedException interruption) {
              throw new IllegalStateException(interruption);
            }
          }
          Map<HostBinding, Outcome> outcomes = new HashMap<>();
          Set<HostBinding> now = new LinkedHashSet<>();
          for (HostBinding binding : desired) {
            if (refused.test(binding)) {
              outcomes.put(binding, new Outcome.Refused("the test says no", "ask the test"));
            } else {
              outcomes.put(binding, new Outcome.InPlace());
              now.add(binding);
            }
          }
          if (!now.equals(present)) {
            // Whoever sees what is present finds it in the journal.
            journal.add(type + " " + services(now));
            present = now;
          }
          return new InjectionReport(outcomes, 0, "");
        }

        @Override
        public List<String> preview(Set<HostBinding> desired) {
          return desired.stream().map(binding -> "+ " + binding.service()).toList();
        }

        @Override
        public void close() {
          journal.add(type + " closed");
        }
      };
    }
  }
}
