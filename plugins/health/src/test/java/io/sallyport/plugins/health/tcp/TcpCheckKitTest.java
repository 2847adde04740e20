package io.sallyport.plugins.health.tcp;

import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.testkit.FakeProbeConnector;
import io.sallyport.testkit.HealthCheckContract;

/** What strangers' checks are held to. */
class TcpCheckKitTest extends HealthCheckContract {
  @Override
  protected HealthCheckFactory<?> factory() {
    return new TcpCheckFactory();
  }

  @Override
  protected FakeProbeConnector healthyEndpoint() {
    return FakeProbeConnector.silent();
  }
}
