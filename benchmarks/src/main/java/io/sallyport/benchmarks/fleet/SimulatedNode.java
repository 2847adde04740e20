package io.sallyport.benchmarks.fleet;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.source.CatalogSource;
import io.sallyport.api.source.CatalogTaker;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.api.source.SourceStatus;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node without a data path: the agent's real client, and stand-ins behind it that say that
 * everything serves as soon as it is taken. Any thread.
 */
final class SimulatedNode implements CatalogTaker {
  private final Function<Catalog, NodeEffect> effects;
  private volatile Catalog taken = Catalog.EMPTY;
  private volatile @Nullable CatalogSource source;
  private volatile @Nullable Wave wave;
  private @Nullable Wave acceptedOf;
  private @Nullable Wave effectiveOf;

  /**
   * Makes a node that has taken nothing.
   *
   * @param effects what serves of a catalog
   */
  SimulatedNode(Function<Catalog, NodeEffect> effects) {
    this.effects = effects;
  }

  void start(CatalogSource real) {
    source = real;
    real.start(this);
  }

  /** What is to be told of its next catalog. */
  void tell(Wave next) {
    wave = next;
  }

  @Override
  public CompletableFuture<Void> take(Catalog catalog) {
    taken = catalog;
    Wave current = wave;
    if (current != null && current.awaits(catalog.revision()) && once(current, true)) {
      current.accepted(System.nanoTime());
    }
    return CompletableFuture.completedFuture(null);
  }

  /** What serves, as the client asks for it to tell the control plane. */
  CompletableFuture<NodeEffect> effect() {
    Catalog now = taken;
    Wave current = wave;
    if (current != null && current.awaits(now.revision()) && once(current, false)) {
      current.effective(System.nanoTime());
    }
    return CompletableFuture.completedFuture(effects.apply(now));
  }

  private synchronized boolean once(Wave current, boolean accepted) {
    boolean first = (accepted ? acceptedOf : effectiveOf) != current;
    if (accepted) {
      acceptedOf = current;
    } else {
      effectiveOf = current;
    }
    return first;
  }

  Revision revision() {
    return taken.revision();
  }

  boolean connected() {
    CatalogSource real = source;
    return real != null && real.status().connected();
  }

  SourceStatus status() {
    CatalogSource real = source;
    if (real == null) {
      throw new IllegalStateException("not started");
    }
    return real.status();
  }

  void stop() {
    CatalogSource real = source;
    if (real != null) {
      real.close();
    }
  }
}
