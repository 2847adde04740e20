package io.sallyport.api.balancing;

/**
 * An endpoint that may be picked.
 *
 * @since 0.1
 */
public interface Candidate {
  /** The endpoint's name, unique within its cluster and stable over catalog changes. */
  String name();

  /** The endpoint's share, from 1 to 256. */
  int weight();

  /** Sessions on the endpoint now, including those still connecting. Any thread. */
  int activeSessions();
}
