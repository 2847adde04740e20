package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.engine.Strategies;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A cluster's health check, made once for each address of the node that connections to its
 * endpoints come from. Immutable.
 */
record Checks(Strategy strategy, Map<Optional<InetAddress>, HealthCheck> made) {
  Checks {
    made = Map.copyOf(made);
  }

  /**
   * The checks of a port; those that there are already go on.
   *
   * @throws Strategies.UnknownStrategyException when no plugin supplies the check
   * @throws Strategies.StrategyFaultException when a plugin fails
   */
  static Checks of(
      ServicePort port,
      Strategies strategies,
      HealthCheckContext context,
      Optional<Checks> before) {
    Strategy strategy = port.health().check();
    Map<Optional<InetAddress>, HealthCheck> known =
        before.filter(old -> old.strategy.equals(strategy)).map(Checks::made).orElse(Map.of());
    Map<Optional<InetAddress>, HealthCheck> made = new HashMap<>();
    for (Endpoint endpoint : port.endpoints()) {
      Optional<InetAddress> source = endpoint.source();
      if (!made.containsKey(source)) {
        HealthCheck old = known.get(source);
        made.put(
            source, old == null ? strategies.healthCheck(strategy, from(source, context)) : old);
      }
    }
    return new Checks(strategy, made);
  }

  /** The check of an endpoint of the port. */
  HealthCheck of(Endpoint endpoint) {
    return Objects.requireNonNull(made.get(endpoint.source()), "an endpoint of another port");
  }

  private static HealthCheckContext from(Optional<InetAddress> source, HealthCheckContext context) {
    return source
        .map(address ->
            new HealthCheckContext(
                context.connector().from(address),
                context.commands(),
                context.ticker(),
                context.clock()))
        .orElse(context);
  }
}
