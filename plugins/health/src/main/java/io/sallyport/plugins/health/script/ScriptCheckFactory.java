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
    Script script = Script.of(settings.steps());
    script.rounds().stream()
        .flatMap(round -> round.place().tls().stream())
        .forEach(tls -> tls.prepare(context.connector()));
    return new ScriptCheck(settings, script, context);
  }
}
