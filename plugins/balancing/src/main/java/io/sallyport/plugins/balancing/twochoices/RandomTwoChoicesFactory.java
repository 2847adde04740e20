package io.sallyport.plugins.balancing.twochoices;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerContext;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.config.ConfigSection;

/**
 * Makes balancers of type {@code random-two-choices}.
 *
 * @since 0.1
 */
public final class RandomTwoChoicesFactory implements BalancerFactory<RandomTwoChoicesSettings> {
  @Override
  public String type() {
    return "random-two-choices";
  }

  @Override
  public Class<RandomTwoChoicesSettings> settingsType() {
    return RandomTwoChoicesSettings.class;
  }

  @Override
  public RandomTwoChoicesSettings parse(ConfigSection section) {
    return new RandomTwoChoicesSettings();
  }

  @Override
  public Balancer create(RandomTwoChoicesSettings settings, BalancerContext context) {
    return new RandomTwoChoices(context.random());
  }
}
