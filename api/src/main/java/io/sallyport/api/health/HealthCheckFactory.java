package io.sallyport.api.health;

import io.sallyport.api.plugin.StrategyFactory;

/**
 * Makes health checks of one type.
 *
 * @param <S> the check's settings
 * @since 0.1
 */
public interface HealthCheckFactory<S extends Record> extends StrategyFactory<S> {
  /** Makes the check that all endpoints of one cluster share. Control thread; must not block. */
  HealthCheck create(S settings, HealthCheckContext context);
}
