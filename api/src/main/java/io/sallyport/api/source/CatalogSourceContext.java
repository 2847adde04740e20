package io.sallyport.api.source;

import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.plugin.Ticker;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a catalog source is given.
 *
 * @param node the node, as its settings name it
 * @param version the agent's version, for people
 * @param language reads and writes services as the catalog's language has them
 * @param stateDirectory a directory of the agent's own that survives restarts; it exists
 * @param effect what truly serves on the node now; may be asked every now and then
 * @param clock wall-clock time
 * @param ticker monotonic time
 * @param random may be used by several threads at once
 * @since 0.1
 */
public record CatalogSourceContext(
    NodeIdentity node,
    String version,
    CatalogLanguage language,
    Path stateDirectory,
    Supplier<CompletableFuture<NodeEffect>> effect,
    InstantSource clock,
    Ticker ticker,
    RandomGenerator random) {}
