package io.sallyport.plugins.balancing.leastconnections;

/**
 * The settings of {@code least-connections}: there are none.
 *
 * @since 0.1
 */
public record LeastConnectionsSettings() {}
