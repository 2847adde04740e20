package io.sallyport.distribution.catalog;

import io.sallyport.api.health.HealthCheckFactory;
import io.sallyport.plugins.health.agent.AgentCheckFactory;
import io.sallyport.plugins.health.command.CommandCheckFactory;
import io.sallyport.plugins.health.http.HttpCheckFactory;
import io.sallyport.plugins.health.http.HttpsCheckFactory;
import io.sallyport.plugins.health.script.ScriptCheckFactory;
import io.sallyport.plugins.health.tcp.TcpCheckFactory;
import io.sallyport.plugins.health.tls.TlsCheckFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The health checks that ship, which tests on the class path do not find as modules. */
public final class ShippedChecks {
  private ShippedChecks() {}

  /** All of them, by their type. */
  public static Map<String, HealthCheckFactory<?>> all() {
    Map<String, HealthCheckFactory<?>> all = new HashMap<>();
    for (HealthCheckFactory<?> factory :
        List.of(
            new TcpCheckFactory(),
            new TlsCheckFactory(),
            new HttpCheckFactory(),
            new HttpsCheckFactory(),
            new ScriptCheckFactory(),
            new AgentCheckFactory(),
            new CommandCheckFactory())) {
      all.put(factory.type(), factory);
    }
    return all;
  }
}
