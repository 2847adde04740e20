package io.sallyport.distribution.node;

import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.distribution.log.LogSettings;
import io.sallyport.engine.EngineSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of a node, apart from its catalog.
 *
 * @param admin where the admin port listens; empty when it is off
 * @param identity which node this is
 * @param engine what the engine is given
 * @param catalogPoll how often the catalog's file is looked at
 * @param log what is logged, and how
 * @param source where the catalog comes from, when it is not a file
 * @since 0.1
 */
public record NodeSettings(
    Optional<InetSocketAddress> admin,
    NodeIdentity identity,
    EngineSettings engine,
    Duration catalogPoll,
    LogSettings log,
    Optional<Strategy> source) {}
