package io.sallyport.distribution.node;

import io.sallyport.distribution.log.LogSettings;
import io.sallyport.engine.EngineSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of a node, apart from its catalog.
 *
 * @param admin where the admin port listens; empty when it is off
 * @param engine what the engine is given
 * @param catalogPoll how often the catalog's file is looked at
 * @param log what is logged, and how
 * @since 0.1
 */
public record NodeSettings(
    Optional<InetSocketAddress> admin,
    EngineSettings engine,
    Duration catalogPoll,
    LogSettings log) {}
