package io.sallyport.api.health;

import io.sallyport.api.plugin.Ticker;

/**
 * What a health check is given.
 *
 * @param connector connects to endpoints outside the data path's event loops
 * @param ticker monotonic time
 * @since 0.1
 */
public record HealthCheckContext(ProbeConnector connector, Ticker ticker) {}
