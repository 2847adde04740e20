package io.sallyport.api.source;

import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Problem;
import java.util.List;

/**
 * Services as text in the catalog's language, so that they can be sent and kept. Any thread.
 *
 * @since 0.1
 */
public interface CatalogLanguage {
  /**
   * A catalog that holds this one service, complete but for what the factory defaults supply. Equal
   * services have equal texts.
   *
   * @throws IllegalArgumentException when a strategy has settings that the language cannot hold
   */
  String text(Service service);

  /**
   * Reads what {@link #text} wrote, or somebody else did; throws for nothing that stands there.
   *
   * @param id the one service that the text must hold
   */
  Reading read(String id, String text);

  /** What came of reading. */
  sealed interface Reading {
    /** A service, and what its author should know all the same. */
    record Read(Service service, List<Problem> warnings) implements Reading {
      /** Copies the list. */
      public Read {
        warnings = List.copyOf(warnings);
      }
    }

    /** All that is wrong with it. */
    record Refused(List<Problem> problems) implements Reading {
      /** Copies the list. */
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }
}
