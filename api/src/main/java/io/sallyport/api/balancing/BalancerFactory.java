package io.sallyport.api.balancing;

import io.sallyport.api.plugin.StrategyFactory;

/**
 * Makes balancers of one type.
 *
 * @param <S> the balancer's settings
 * @since 0.1
 */
public interface BalancerFactory<S extends Record> extends StrategyFactory<S> {
  /** Makes the balancer of one cluster. Control thread; must not block. */
  Balancer create(S settings, BalancerContext context);
}
