package io.sallyport.api.source;

import io.sallyport.api.plugin.StrategyFactory;

/**
 * Makes catalog sources of one type, found by {@link java.util.ServiceLoader}.
 *
 * @param <S> the source's settings
 * @since 0.1
 */
public interface CatalogSourceFactory<S extends Record> extends StrategyFactory<S> {
  /**
   * Makes a source that has not begun. Does no I/O.
   *
   * @param settings what {@link #parse} yielded
   * @param context what the source may use
   */
  CatalogSource create(S settings, CatalogSourceContext context);
}
