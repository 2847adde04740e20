package io.sallyport.plugins.health.agent;

import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.testkit.FakeProbeConnector;
import io.sallyport.testkit.HealthCheckContract;
import java.util.Map;

/** What strangers' checks are held to. */
class AgentKitTest extends HealthCheckContract {
  @Override
  protected HealthCheckFactory<?> factory() {
    return new AgentCheckFactory();
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("agent-port", 9999);
  }

  @Override
  protected FakeProbeConnector healthyEndpoint() {
    return FakeProbeConnector.saying("up 75%\n");
  }

  @Override
  protected FakeProbeConnector brokenEndpoint() {
    return FakeProbeConnector.saying("down # out of disk\n");
  }
}
