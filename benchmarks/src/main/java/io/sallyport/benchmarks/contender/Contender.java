package io.sallyport.benchmarks.contender;

import java.nio.file.Path;
import java.util.List;

/** One of those that are compared. */
public sealed interface Contender permits NoProxy, Haproxy, Sallyport {
  /** The key in the report's JSON. */
  String id();

  /** The name for people. */
  String title();

  /** How it is set up, in one sentence. */
  String settings();

  /** Whether there is a process to look at. */
  default boolean proxies() {
    return true;
  }

  /**
   * Starts it. It may not accept yet when this returns.
   *
   * @param directory an empty directory for its files
   */
  Lane start(Path directory, List<Route> routes);
}
