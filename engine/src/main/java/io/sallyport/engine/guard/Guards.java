package io.sallyport.engine.guard;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.injection.InjectionPhase;
import io.sallyport.engine.Strategies;
import io.sallyport.engine.guard.PluginFaults.Owner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Strategies with a guard around each: whatever they throw is counted and thrown on as a {@link
 * RuntimeException}, which every caller in the engine contains.
 *
 * @since 0.1
 */
public final class Guards {
  private final PluginFaults faults;
  private final DialogueWatch dialogues;

  /** Makes guards that count together. */
  public Guards(PluginFaults faults, DialogueWatch dialogues) {
    this.faults = faults;
    this.dialogues = dialogues;
  }

  /** The same strategies, guarded. */
  public Strategies around(Strategies strategies) {
    Map<String, BalancerFactory<?>> balancers = new LinkedHashMap<>();
    strategies
        .balancers()
        .forEach((type, factory) -> balancers.put(type, balancing(type, factory)));
    Map<String, HealthCheckFactory<?>> checks = new LinkedHashMap<>();
    strategies.healthChecks().forEach((type, factory) -> checks.put(type, checking(type, factory)));
    Map<String, HostInjectorFactory<?>> injectors = new LinkedHashMap<>();
    strategies
        .hostInjectors()
        .forEach((type, factory) -> injectors.put(type, injecting(type, factory)));
    return new Strategies(balancers, checks, injectors);
  }

  private <S extends Record> BalancerFactory<S> balancing(String type, BalancerFactory<S> factory) {
    return new Balancing<>(new Owner("balancer", type), factory, this);
  }

  private <S extends Record> HealthCheckFactory<S> checking(
      String type, HealthCheckFactory<S> factory) {
    return new Checking<>(new Owner("health check", type), factory, this);
  }

  private <S extends Record> HostInjectorFactory<S> injecting(
      String type, HostInjectorFactory<S> factory) {
    return new Injecting<>(new Owner("host injector", type), factory, this);
  }

  PluginFaults faults() {
    return faults;
  }

  DialogueWatch dialogues() {
    return dialogues;
  }

  /** Calls a strategy's code. */
  <T> T call(Owner owner, Supplier<T> code) {
    try {
      return code.get();
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      faults.happened(owner, fault);
      throw fault;
    } catch (StackOverflowError fault) {
      faults.happened(owner, fault);
      throw new OverflownException(owner, fault);
    }
  }

  /** What overflowed the stack has left it, and is a fault like others. */
  static final class OverflownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverflownException(Owner owner, StackOverflowError fault) {
      super(owner + " calls itself without end", fault);
    }
  }

  private record Balancing<S extends Record>(Owner owner, BalancerFactory<S> factory, Guards guards)
      implements BalancerFactory<S> {
    @Override
    public String type() {
      return owner.type();
    }

    @Override
    public Class<S> settingsType() {
      return factory.settingsType();
    }

    @Override
    public S parse(ConfigSection section) {
      return factory.parse(section);
    }

    @Override
    public Balancer create(S settings, BalancerContext context) {
      Balancer made = guards.call(owner, () -> factory.create(settings, context));
      guards.faults.owns(owner, made);
      return new GuardedBalancer(owner, made, guards);
    }
  }

  private record Checking<S extends Record>(
      Owner owner, HealthCheckFactory<S> factory, Guards guards) implements HealthCheckFactory<S> {
    @Override
    public String type() {
      return owner.type();
    }

    @Override
    public Class<S> settingsType() {
      return factory.settingsType();
    }

    @Override
    public S parse(ConfigSection section) {
      return factory.parse(section);
    }

    @Override
    public HealthCheck create(S settings, HealthCheckContext context) {
      HealthCheckContext guarded =
          new HealthCheckContext(
              new GuardedConnector(owner, context.connector(), guards),
              context.commands(),
              context.ticker(),
              context.clock());
      HealthCheck made = guards.call(owner, () -> factory.create(settings, guarded));
      guards.faults.owns(owner, made);
      return target ->
          guards
              .call(
                  owner,
                  () -> Objects.requireNonNull(made.check(target), "the check gave no stage"))
              .whenComplete((result, fault) -> {
                if (fault != null) {
                  guards.faults.happened(owner, fault);
                }
              });
    }
  }

  private record Injecting<S extends Record>(
      Owner owner, HostInjectorFactory<S> factory, Guards guards)
      implements HostInjectorFactory<S> {
    @Override
    public String type() {
      return owner.type();
    }

    @Override
    public Class<S> settingsType() {
      return factory.settingsType();
    }

    @Override
    public S parse(ConfigSection section) {
      return factory.parse(section);
    }

    @Override
    public InjectionPhase phase() {
      return factory.phase();
    }

    @Override
    public HostInjector create(S settings, HostInjectorContext context) {
      HostInjector made = guards.call(owner, () -> factory.create(settings, context));
      return new GuardedInjector(owner, made, guards);
    }
  }
}
