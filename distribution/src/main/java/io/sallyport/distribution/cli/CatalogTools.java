package io.sallyport.distribution.cli;

import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogWriter;

/**
 * What reads and writes catalogs, with the same strategies.
 *
 * @param reader reads them
 * @param writer writes them
 * @since 0.1
 */
public record CatalogTools(CatalogReader reader, CatalogWriter writer) {}
