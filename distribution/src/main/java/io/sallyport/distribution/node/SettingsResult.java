package io.sallyport.distribution.node;

import io.sallyport.api.config.Problem;
import java.util.List;

/**
 * What came of reading a node's settings.
 *
 * @since 0.1
 */
public sealed interface SettingsResult {
  /**
   * They may be used.
   *
   * @param warnings what their author should know all the same
   */
  record Read(NodeSettings settings, List<Problem> warnings) implements SettingsResult {
    /** Copies the list. */
    public Read {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * They may not.
   *
   * @param problems all that is wrong
   */
  record Refused(List<Problem> problems) implements SettingsResult {
    /** Copies the list. */
    public Refused {
      problems = List.copyOf(problems);
    }
  }
}
