package io.sallyport.plugins.health.tcp;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;

/**
 * Makes checks of type {@code tcp}.
 *
 * @since 0.1
 */
public final class TcpCheckFactory implements HealthCheckFactory<TcpCheckSettings> {
  @Override
  public String type() {
    return "tcp";
  }

  @Override
  public Class<TcpCheckSettings> settingsType() {
    return TcpCheckSettings.class;
  }

  @Override
  public TcpCheckSettings parse(ConfigSection section) {
    return new TcpCheckSettings();
  }

  @Override
  public HealthCheck create(TcpCheckSettings settings, HealthCheckContext context) {
    return new TcpCheck(context.connector());
  }
}
