package io.sallyport.plugins.health.http;

import io.sallyport.api.config.ConfigSection;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.HealthCheckFactory;

/**
 * Makes checks of type {@code http}.
 *
 * @since 0.1
 */
public final class HttpCheckFactory implements HealthCheckFactory<HttpSettings> {
  @Override
  public String type() {
    return "http";
  }

  @Override
  public Class<HttpSettings> settingsType() {
    return HttpSettings.class;
  }

  @Override
  public HttpSettings parse(ConfigSection section) {
    return HttpSettings.read(section, false);
  }

  @Override
  public HealthCheck create(HttpSettings settings, HealthCheckContext context) {
    return new HttpCheck(settings, HttpExpectation.of(settings), context);
  }
}
