package io.sallyport.plugins.balancing.twochoices;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.testkit.BalancerContract;

/** What strangers' balancers are held to. */
class RandomTwoChoicesKitTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new RandomTwoChoicesFactory();
  }
}
