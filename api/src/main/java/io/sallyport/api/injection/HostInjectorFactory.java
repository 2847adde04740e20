package io.sallyport.api.injection;

import io.sallyport.api.plugin.StrategyFactory;

/**
 * Makes host injectors of one type.
 *
 * @param <S> the injector's settings
 * @since 0.1
 */
public interface HostInjectorFactory<S extends Record> extends StrategyFactory<S> {
  /** When injectors of this type act. */
  InjectionPhase phase();

  /** Makes the node's injector of this type. It does not touch the node yet. Injection thread. */
  HostInjector create(S settings, HostInjectorContext context);
}
