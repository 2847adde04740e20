package io.sallyport.plugins.balancing.roundrobin;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.testkit.BalancerContract;

/** What strangers' balancers are held to. */
class RoundRobinKitTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new RoundRobinFactory();
  }
}
