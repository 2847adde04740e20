package io.sallyport.distribution.node;

import io.sallyport.api.config.Problem;
import io.sallyport.api.source.CatalogTaker;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.distribution.status.CatalogStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Where a node's catalog comes from: a file, or a source that is a plugin.
 *
 * <p>Prepared, started and closed once each, in this order, by one thread.
 *
 * @since 0.1
 */
public sealed interface NodeCatalog permits FileCatalog, SourcedCatalog {
  /**
   * Does what can fail before anything is touched on the node; blocks while it reads.
   *
   * @return why the node must not start; empty when it may
   */
  List<Problem> prepare();

  /**
   * Hands over the first catalog if it has one, and each one that comes after it.
   *
   * @param effect what truly serves on the node
   */
  void start(CatalogTaker taker, Supplier<CompletableFuture<NodeEffect>> effect);

  /** Where it stands. Any thread, also before the start. */
  CatalogStatus status();

  /** Looks again now, where there is something to look at. Any thread. */
  void readAgain();

  /** Hands over nothing more. */
  void close();
}
