package io.sallyport.plugins.health.script;

import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.testkit.FakeProbeConnector;
import io.sallyport.testkit.HealthCheckContract;
import java.util.List;
import java.util.Map;

/** What strangers' checks are held to. */
class ScriptKitTest extends HealthCheckContract {
  @Override
  protected HealthCheckFactory<?> factory() {
    return new ScriptCheckFactory();
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("steps", List.of(Map.of("send", "PING\r\n"), Map.of("expect", "+PONG")));
  }

  @Override
  protected FakeProbeConnector healthyEndpoint() {
    return FakeProbeConnector.answering(words -> words.equals("PING\r\n") ? "+PONG\r\n" : "");
  }

  @Override
  protected FakeProbeConnector brokenEndpoint() {
    return FakeProbeConnector.answering(words -> "-ERR\r\n");
  }
}
