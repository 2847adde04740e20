package io.sallyport.engine;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.api.injection.HostInjector;
import io.sallyport.api.injection.HostInjectorContext;
import io.sallyport.api.injection.HostInjectorFactory;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.api.plugin.StrategyFactory;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The strategies that plugins supplied, by type.
 *
 * @param balancers how sessions spread
 * @param healthChecks how endpoints are probed
 * @param hostInjectors how names and addresses are published
 * @since 0.1
 */
public record Strategies(
    Map<String, BalancerFactory<?>> balancers,
    Map<String, HealthCheckFactory<?>> healthChecks,
    Map<String, HostInjectorFactory<?>> hostInjectors) {
  /** Copies the maps. */
  public Strategies {
    balancers = Map.copyOf(balancers);
    healthChecks = Map.copyOf(healthChecks);
    hostInjectors = Map.copyOf(hostInjectors);
  }

  /**
   * Makes a balancer.
   *
   * @throws UnknownStrategyException when no plugin supplies the type
   * @throws StrategyFaultException when the plugin fails
   */
  public Balancer balancer(Strategy strategy, BalancerContext context) {
    BalancerFactory<?> factory = known(balancers.get(strategy.type()), "balancer", strategy);
    return made("balancer", strategy, () -> make(factory, strategy, context));
  }

  /**
   * Makes a health check.
   *
   * @throws UnknownStrategyException when no plugin supplies the type
   * @throws StrategyFaultException when the plugin fails
   */
  public HealthCheck healthCheck(Strategy strategy, HealthCheckContext context) {
    HealthCheckFactory<?> factory =
        known(healthChecks.get(strategy.type()), "health check", strategy);
    return made("health check", strategy, () -> make(factory, strategy, context));
  }

  /**
   * The factory of a host injector's type.
   *
   * @throws UnknownStrategyException when no plugin supplies the type
   */
  public HostInjectorFactory<?> hostInjectorFactory(Strategy strategy) {
    return known(hostInjectors.get(strategy.type()), "host injector", strategy);
  }

  /**
   * Makes a host injector.
   *
   * @throws UnknownStrategyException when no plugin supplies the type
   */
  public HostInjector hostInjector(Strategy strategy, HostInjectorContext context) {
    return make(hostInjectorFactory(strategy), strategy, context);
  }

  private static <T> T made(String kind, Strategy strategy, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (RuntimeException | LinkageError | AssertionError fault) {
      throw new StrategyFaultException(
          "the " + kind + " \"" + strategy.type() + "\" cannot be made: " + fault, fault);
    }
  }

  private static <S extends Record> Balancer make(
      BalancerFactory<S> factory, Strategy strategy, BalancerContext context) {
    return factory.create(factory.settingsType().cast(strategy.settings()), context);
  }

  private static <S extends Record> HealthCheck make(
      HealthCheckFactory<S> factory, Strategy strategy, HealthCheckContext context) {
    return factory.create(factory.settingsType().cast(strategy.settings()), context);
  }

  private static <S extends Record> HostInjector make(
      HostInjectorFactory<S> factory, Strategy strategy, HostInjectorContext context) {
    return factory.create(factory.settingsType().cast(strategy.settings()), context);
  }

  private static <F extends StrategyFactory<?>> F known(
      @Nullable F factory, String kind, Strategy strategy) {
    if (factory == null) {
      throw new UnknownStrategyException(
          "no plugin supplies the " + kind + " \"" + strategy.type() + "\"");
    }
    return factory;
  }

  /** A plugin failed to make a strategy. */
  public static final class StrategyFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StrategyFaultException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A catalog or a configuration names a strategy that no plugin supplies. */
  public static final class UnknownStrategyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownStrategyException(String message) {
      super(message);
    }
  }
}
