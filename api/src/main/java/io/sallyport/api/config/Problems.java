package io.sallyport.api.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Collects every problem of a configuration, so that it is read whole and fails once.
 *
 * <p>Not thread-safe: one reader, one thread.
 *
 * @since 0.1
 */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /** Makes an empty collection. */
  public Problems() {}

  /** Adds a problem. */
  public void add(Problem problem) {
    found.add(problem);
  }

  /** Adds all of them. */
  public void addAll(Collection<Problem> problems) {
    found.addAll(problems);
  }

  /** Adds an error. */
  public void error(Origin origin, String path, String value, String message, String remedy) {
    add(new Problem(Severity.ERROR, origin, path, value, message, remedy));
  }

  /** Adds a warning. */
  public void warning(Origin origin, String path, String value, String message, String remedy) {
    add(new Problem(Severity.WARNING, origin, path, value, message, remedy));
  }

  /** True when at least one problem refuses the configuration. */
  public boolean refuse() {
    return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
  }

  /** All problems in the order in which they were found; a copy. */
  public List<Problem> all() {
    return List.copyOf(found);
  }
}
