package io.sallyport.plugins.balancing.sourcehash;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.testkit.BalancerContract;

/** What strangers' balancers are held to. */
class SourceHashKitTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new SourceHashFactory();
  }
}
