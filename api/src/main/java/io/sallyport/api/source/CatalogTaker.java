package io.sallyport.api.source;

import io.sallyport.api.catalog.Catalog;
import java.util.concurrent.CompletableFuture;

/**
 * Takes the catalogs that a source hands over.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface CatalogTaker {
  /**
   * Serves this catalog from now on. Returns at once.
   *
   * @param catalog one that obeys {@link io.sallyport.api.catalog.CatalogRules}
   * @return completes when addresses, listeners and pools are as the catalog says, or could not be
   *     made so; probing and publishing go on after that, see {@link NodeEffect}. Completes
   *     exceptionally only for a fault of the program
   */
  CompletableFuture<Void> take(Catalog catalog);
}
