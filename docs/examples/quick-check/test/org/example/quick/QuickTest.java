package org.example.quick;

import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.testkit.FakeProbeConnector;
import io.sallyport.testkit.HealthCheckContract;

class QuickTest extends HealthCheckContract {
  @Override
  protected HealthCheckFactory<?> factory() {
    return new QuickFactory();
  }

  @Override
  protected FakeProbeConnector healthyEndpoint() {
    return FakeProbeConnector.silent();
  }
}
