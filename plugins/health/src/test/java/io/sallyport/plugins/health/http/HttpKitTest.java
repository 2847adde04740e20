package io.sallyport.plugins.health.http;

import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.testkit.FakeProbeConnector;
import io.sallyport.testkit.HealthCheckContract;
import java.util.Map;

/** What strangers' checks are held to. */
class HttpKitTest extends HealthCheckContract {
  @Override
  protected HealthCheckFactory<?> factory() {
    return new HttpCheckFactory();
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("path", "/healthz");
  }

  @Override
  protected FakeProbeConnector healthyEndpoint() {
    return FakeProbeConnector.answering(request ->
        request.startsWith("GET /healthz HTTP/1.1\r\n")
            ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            : "");
  }

  @Override
  protected FakeProbeConnector brokenEndpoint() {
    return FakeProbeConnector.answering(
        request -> "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  }
}
