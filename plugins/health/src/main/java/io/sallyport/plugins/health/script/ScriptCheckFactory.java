package io.sallyport.plugins.health.script;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;

/**
 * Makes checks of type {@code script}.
 *
 * @since 0.1
 */
public final class ScriptCheckFactory implements HealthCheckFactory<ScriptSettings> {
  @Override
  public String type() {
    return "script";
  }

  @Override
  public Class<ScriptSettings> settingsType() {
    return ScriptSettings.class;
  }

  @Override
  public ScriptSettings parse(ConfigSection section) {
    return ScriptSettings.read(section);
  }

  @Override
  public HealthCheck create(ScriptSettings settings, HealthCheckContext context) {
    return new ScriptCheck(settings, Script.of(settings.steps()), context);
  }
}
