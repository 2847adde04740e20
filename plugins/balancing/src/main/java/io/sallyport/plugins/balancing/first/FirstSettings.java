package io.sallyport.plugins.balancing.first;

/**
 * The settings of {@code first}: there are none.
 *
 * @since 0.1
 */
public record FirstSettings() {}
