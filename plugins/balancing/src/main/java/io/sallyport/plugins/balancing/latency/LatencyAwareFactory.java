package io.sallyport.plugins.balancing.latency;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;

/**
 * Makes balancers of type {@code latency-aware}.
 *
 * @since 0.1
 */
public final class LatencyAwareFactory implements BalancerFactory<LatencyAwareSettings> {
  @Override
  public String type() {
    return "latency-aware";
  }

  @Override
  public Class<LatencyAwareSettings> settingsType() {
    return LatencyAwareSettings.class;
  }

  @Override
  public LatencyAwareSettings parse(ConfigSection section) {
    return LatencyAwareSettings.of(section);
  }

  @Override
  public Balancer create(LatencyAwareSettings settings, BalancerContext context) {
    return new LatencyAware(settings, context.random());
  }
}
