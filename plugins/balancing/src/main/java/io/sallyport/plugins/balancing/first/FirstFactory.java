package io.sallyport.plugins.balancing.first;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;

/**
 * Makes balancers of type {@code first}.
 *
 * @since 0.1
 */
public final class FirstFactory implements BalancerFactory<FirstSettings> {
  @Override
  public String type() {
    return "first";
  }

  @Override
  public Class<FirstSettings> settingsType() {
    return FirstSettings.class;
  }

  @Override
  public FirstSettings parse(ConfigSection section) {
    return new FirstSettings();
  }

  @Override
  public Balancer create(FirstSettings settings, BalancerContext context) {
    return new First();
  }
}
