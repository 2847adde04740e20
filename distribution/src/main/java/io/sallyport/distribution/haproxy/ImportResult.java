package io.sallyport.distribution.haproxy;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.config.Problem;
import java.util.List;

/**
 * What came of an import.
 *
 * @since 0.1
 */
public sealed interface ImportResult {
  /** What became of the configuration's lines, in their order. */
  List<Note> notes();

  /**
   * There is a catalog that may be used.
   *
   * @param catalog at least one service
   * @param notes what should be known of it
   */
  record Imported(Catalog catalog, List<Note> notes) implements ImportResult {
    /** Copies. */
    public Imported {
      notes = List.copyOf(notes);
    }
  }

  /**
   * There is none.
   *
   * @param problems why, with the lines of the HAProxy configuration
   * @param notes what was found until then
   */
  record Refused(List<Problem> problems, List<Note> notes) implements ImportResult {
    /** Copies. */
    public Refused {
      problems = List.copyOf(problems);
      notes = List.copyOf(notes);
    }
  }
}
