package io.sallyport.distribution.node;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.config.Problem;
import io.sallyport.api.source.CatalogTaker;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.distribution.status.CatalogStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A catalog's file, followed as it changes. A node starts only with a catalog that is good.
 *
 * @since 0.1
 */
public final class FileCatalog implements NodeCatalog {
  private final CatalogFollower follower;
  private final NodeIdentity node;
  private Catalog first = Catalog.EMPTY;
  private volatile @Nullable CatalogPolling polling;

  /**
   * Follows with a follower that has not started.
   *
   * @param node which node this is: what is not meant for it is not served
   */
  public FileCatalog(CatalogFollower follower, NodeIdentity node) {
    this.follower = follower;
    this.node = node;
  }

  @Override
  public List<Problem> prepare() {
    return switch (follower.start()) {
      case CatalogFollower.Start.Impossible impossible -> impossible.problems();
      case CatalogFollower.Start.From from -> {
        first = from.catalog();
        yield List.of();
      }
    };
  }

  @Override
  public void start(CatalogTaker taker, Supplier<CompletableFuture<NodeEffect>> effect) {
    taker.take(first.meantFor(node));
    polling = new CatalogPolling(follower, catalog -> taker.take(catalog.meantFor(node)));
  }

  @Override
  public CatalogStatus status() {
    return follower.status();
  }

  @Override
  public void readAgain() {
    CatalogPolling started = polling;
    if (started != null) {
      started.readAgain();
    }
  }

  @Override
  public void close() {
    CatalogPolling started = polling;
    if (started != null) {
      started.close();
    }
  }
}
