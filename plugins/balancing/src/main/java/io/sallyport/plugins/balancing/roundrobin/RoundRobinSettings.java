package io.sallyport.plugins.balancing.roundrobin;

/**
 * The settings of {@code round-robin}: there are none.
 *
 * @since 0.1
 */
public record RoundRobinSettings() {}
