package io.sallyport.distribution.catalog;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.config.Problem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What came of reading a catalog.
 *
 * @since 0.1
 */
public sealed interface CatalogResult {
  /** The catalog's file and what it includes, also what was looked for and not found. */
  Set<Path> files();

  /**
   * It may be used.
   *
   * @param catalog what was read, everything filled in
   * @param warnings what its author should know all the same
   * @param files the file and what it includes
   */
  record Read(Catalog catalog, List<Problem> warnings, Set<Path> files) implements CatalogResult {
    /** Copies. */
    public Read {
      warnings = List.copyOf(warnings);
      files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
    }
  }

  /**
   * It may not.
   *
   * @param problems all that is wrong, in the order of the file, warnings too
   * @param files the file and what it includes
   */
  record Refused(List<Problem> problems, Set<Path> files) implements CatalogResult {
    /** Copies. */
    public Refused {
      problems = List.copyOf(problems);
      files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
    }
  }
}
