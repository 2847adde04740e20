package io.sallyport.api.health;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What to probe.
 *
 * @param service the service's id
 * @param endpoint the endpoint's name
 * @param host the endpoint's host as the catalog has it, a name or an address
 * @param address where to connect, resolved
 * @param timeout the whole probe's time
 * @since 0.1
 */
public record CheckTarget(
    String service, String endpoint, String host, InetSocketAddress address, Duration timeout) {}
