package io.sallyport.api.health;

import io.sallyport.api.plugin.Ticker;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a health check is given.
 *
 * @param connector connects to endpoints outside the data path's event loops
 * @param commands runs commands of this machine; empty where the node's owner does not allow it
 * @param ticker monotonic time
 * @param clock the time of day, for what has a date, such as certificates
 * @since 0.1
 */
public record HealthCheckContext(
    ProbeConnector connector,
    Optional<ProbeCommands> commands,
    Ticker ticker,
    InstantSource clock) {}
