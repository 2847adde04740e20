package io.sallyport.api.balancing;

/**
 * An endpoint that may be picked. All but the two counts stays as it is for as long as a picker
 * made for it is in use; the counts change all the time, and reading them takes no lock.
 *
 * @since 0.1
 */
public interface Candidate {
  /** The endpoint's name, unique within its cluster and stable over catalog changes. */
  String name();

  /** The largest weight. */
  int MOST_WEIGHT = 4096;

  /**
   * The endpoint's share among those offered, from 1 to {@value #MOST_WEIGHT}: its weight in the
   * catalog, or, while one of them starts slowly, sixteenths of it.
   */
  int weight();

  /** Sessions on the endpoint now, including those still connecting. Any thread. */
  int activeSessions();

  /**
   * How long connecting to the endpoint takes, in nanoseconds: an average of the latest connects
   * and probes that follows a slow one at once and forgets it over some ten seconds. 0 while
   * nothing is known. Any thread.
   */
  default long connectNanos() {
    return 0;
  }
}
