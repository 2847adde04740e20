package io.sallyport.distribution.hocon;

import com.typesafe.config.ConfigObject;
import io.sallyport.api.config.Problem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What came of reading a HOCON file.
 *
 * @since 0.1
 */
public sealed interface HoconDocument {
  /** The file and everything that it includes, also what was looked for and not found. */
  Set<Path> files();

  /**
   * It could be read.
   *
   * @param root the object, without any substitution left
   * @param warnings what is legal and yet hardly meant
   * @param files the file and what it includes
   */
  record Parsed(ConfigObject root, List<Problem> warnings, Set<Path> files)
      implements HoconDocument {
    /** Copies. */
    public Parsed {
      warnings = List.copyOf(warnings);
      files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
    }
  }

  /**
   * It could not.
   *
   * @param problems all that was found, warnings too; at least one error
   * @param files the file and what it includes
   */
  record Refused(List<Problem> problems, Set<Path> files) implements HoconDocument {
    /** Copies. */
    public Refused {
      problems = List.copyOf(problems);
      files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
    }
  }
}
