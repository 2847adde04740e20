package io.sallyport.plugins.balancing.leastconnections;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.testkit.BalancerContract;

/** What strangers' balancers are held to. */
class LeastConnectionsKitTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new LeastConnectionsFactory();
  }
}
