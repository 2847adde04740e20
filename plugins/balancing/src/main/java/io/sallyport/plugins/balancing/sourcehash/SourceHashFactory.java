package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;

/**
 * Makes balancers of type {@code source-hash}.
 *
 * @since 0.1
 */
public final class SourceHashFactory implements BalancerFactory<SourceHashSettings> {
  @Override
  public String type() {
    return "source-hash";
  }

  @Override
  public Class<SourceHashSettings> settingsType() {
    return SourceHashSettings.class;
  }

  @Override
  public SourceHashSettings parse(ConfigSection section) {
    return SourceHashSettings.of(section);
  }

  @Override
  public Balancer create(SourceHashSettings settings, BalancerContext context) {
    return new SourceHash(settings);
  }
}
