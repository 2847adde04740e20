package io.sallyport.plugins.balancing.leastconnections;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;

/**
 * Makes balancers of type {@code least-connections}.
 *
 * @since 0.1
 */
public final class LeastConnectionsFactory implements BalancerFactory<LeastConnectionsSettings> {
  @Override
  public String type() {
    return "least-connections";
  }

  @Override
  public Class<LeastConnectionsSettings> settingsType() {
    return LeastConnectionsSettings.class;
  }

  @Override
  public LeastConnectionsSettings parse(ConfigSection section) {
    return new LeastConnectionsSettings();
  }

  @Override
  public Balancer create(LeastConnectionsSettings settings, BalancerContext context) {
    return new LeastConnections();
  }
}
