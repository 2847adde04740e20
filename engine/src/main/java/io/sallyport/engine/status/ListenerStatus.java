package io.sallyport.engine.status;

import java.util.List;

/**
 * One listener's effective state.
 *
 * @param address the node-local address
 * @param port the listening port
 * @param state open, full (its session limit is reached), opening, failed, closed
 * @param reason why it is not open; empty when it is
 * @param activeSessions sessions now
 * @param queuedSessions sessions that wait for an endpoint that is not full, or, on an address and
 *     port that several services share, for the service's own limit
 * @param totalSessions sessions since it opened
 * @param bytesUp bytes from clients to endpoints
 * @param bytesDown bytes from endpoints to clients
 * @param failedSessions sessions that ended without having reached an endpoint
 * @param failOpen whether sessions go to endpoints whose checks have not passed
 * @param endpoints in the order of the catalog
 * @since 0.1
 */
public record ListenerStatus(
    String address,
    int port,
    String state,
    String reason,
    int activeSessions,
    int queuedSessions,
    long totalSessions,
    long bytesUp,
    long bytesDown,
    long failedSessions,
    boolean failOpen,
    List<EndpointStatus> endpoints) {}
