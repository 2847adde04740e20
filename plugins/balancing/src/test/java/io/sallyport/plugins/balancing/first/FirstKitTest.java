package io.sallyport.plugins.balancing.first;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.testkit.BalancerContract;

/** What strangers' balancers are held to. */
class FirstKitTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new FirstFactory();
  }
}
