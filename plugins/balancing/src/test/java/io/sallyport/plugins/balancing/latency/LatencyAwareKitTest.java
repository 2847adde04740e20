package io.sallyport.plugins.balancing.latency;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.testkit.BalancerContract;

/** What strangers' balancers are held to. */
class LatencyAwareKitTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new LatencyAwareFactory();
  }
}
