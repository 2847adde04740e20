package io.sallyport.distribution.node;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sallyport.api.config.Problem;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogTaker;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.distribution.status.CatalogStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a catalog source hands over. A node starts also while there is nothing: it will come.
 *
 * @since 0.1
 */
public final class SourcedCatalog implements NodeCatalog {
  private final CatalogSource source;
  private final Counter taken;
  private volatile Supplier<CompletableFuture<NodeEffect>> effect = SourcedCatalog::notStarted;

  /**
   * Makes one that has not begun.
   *
   * @param maker makes the source, given what tells it what serves on the node
   */
  public SourcedCatalog(
      Function<Supplier<CompletableFuture<NodeEffect>>, CatalogSource> maker,
      MetricRegistry metrics) {
    source = maker.apply(() -> effect.get());
    taken = metrics.counter("catalogs_taken_total");
    Gauge<Integer> connected = () -> source.status().connected() ? 1 : 0;
    metrics.register("catalog_connected", connected);
    Gauge<Integer> fromDisk = () -> source.status().fromDisk() ? 1 : 0;
    metrics.register("catalog_from_disk", fromDisk);
    Gauge<Double> takenAt = () -> source.status().revisionAt().toEpochMilli() / 1e3;
    metrics.register("catalog_taken_time_seconds", takenAt);
  }

  private static CompletableFuture<NodeEffect> notStarted() {
    return CompletableFuture.failedFuture(new IllegalStateException("the node has not started"));
  }

  @Override
  public List<Problem> prepare() {
    return List.of();
  }

  @Override
  public void start(CatalogTaker taker, Supplier<CompletableFuture<NodeEffect>> whatServes) {
    effect = whatServes;
    source.start(catalog -> {
      taken.inc();
      return taker.take(catalog);
    });
  }

  @Override
  public CatalogStatus status() {
    return CatalogStatus.of(source.status());
  }

  /** There is nothing to look at: a source is told. */
  @Override
  public void readAgain() {}

  @Override
  public void close() {
    source.close();
  }
}
