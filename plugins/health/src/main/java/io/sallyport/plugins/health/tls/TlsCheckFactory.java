package io.sallyport.plugins.health.tls;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;

/**
 * Makes checks of type {@code tls}.
 *
 * @since 0.1
 */
public final class TlsCheckFactory implements HealthCheckFactory<TlsSettings> {
  @Override
  public String type() {
    return "tls";
  }

  @Override
  public Class<TlsSettings> settingsType() {
    return TlsSettings.class;
  }

  @Override
  public TlsSettings parse(ConfigSection section) {
    return TlsSettings.read(section);
  }

  @Override
  public HealthCheck create(TlsSettings settings, HealthCheckContext context) {
    settings.prepare(context.connector());
    return new TlsCheck(settings, context);
  }
}
