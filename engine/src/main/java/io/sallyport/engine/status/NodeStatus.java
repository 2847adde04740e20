package io.sallyport.engine.status;

import java.time.Instant;
import java.util.List;

/**
 * What truly serves on this node now.
 *
 * @param at when it was taken
 * @param startedAt when the engine started
 * @param revision the catalog's revision, as text
 * @param ready true once every service of the first catalog has been brought up or has failed
 * @param transport epoll or nio
 * @param eventLoops threads of the data path
 * @param activeSessions sessions now
 * @param totalSessions sessions since the start
 * @param failedSessions those of them that ended without having reached an endpoint
 * @param services in the order of the catalog
 * @param injectors in the order of their configuration
 * @param faults everything that is wrong, one sentence each
 * @since 0.1
 */
public record NodeStatus(
    Instant at,
    Instant startedAt,
    String revision,
    boolean ready,
    String transport,
    int eventLoops,
    int activeSessions,
    long totalSessions,
    long failedSessions,
    List<ServiceStatus> services,
    List<InjectorStatus> injectors,
    List<String> faults) {}
