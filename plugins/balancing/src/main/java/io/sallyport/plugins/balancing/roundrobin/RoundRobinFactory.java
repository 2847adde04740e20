package io.sallyport.plugins.balancing.roundrobin;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;

/**
 * Makes balancers of type {@code round-robin}.
 *
 * @since 0.1
 */
public final class RoundRobinFactory implements BalancerFactory<RoundRobinSettings> {
  @Override
  public String type() {
    return "round-robin";
  }

  @Override
  public Class<RoundRobinSettings> settingsType() {
    return RoundRobinSettings.class;
  }

  @Override
  public RoundRobinSettings parse(ConfigSection section) {
    return new RoundRobinSettings();
  }

  @Override
  public Balancer create(RoundRobinSettings settings, BalancerContext context) {
    return new RoundRobin();
  }
}
