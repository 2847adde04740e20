package io.sallyport.plugins.health.agent;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;

/**
 * Makes checks of type {@code agent}.
 *
 * @since 0.1
 */
public final class AgentCheckFactory implements HealthCheckFactory<AgentSettings> {
  @Override
  public String type() {
    return "agent";
  }

  @Override
  public Class<AgentSettings> settingsType() {
    return AgentSettings.class;
  }

  @Override
  public AgentSettings parse(ConfigSection section) {
    return AgentSettings.read(section);
  }

  @Override
  public HealthCheck create(AgentSettings settings, HealthCheckContext context) {
    return new AgentCheck(settings, context);
  }
}
