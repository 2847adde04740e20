package io.sallyport.plugins.health.tcp;

/**
 * The settings of {@code tcp}: there are none.
 *
 * @since 0.1
 */
public record TcpCheckSettings() {}
