package io.sallyport.control.agent;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.v1.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What came of judging a snapshot. Immutable by agreement.
 *
 * @param inForce what is to serve
 * @param accepted services whose content is new and good
 * @param rejected services whose content is not, and why
 * @param removed services that are to go
 * @param warnings what the authors should know all the same, one sentence each
 */
record Verdict(
    SortedMap<String, Held> inForce,
    Set<String> accepted,
    SortedMap<String, Rejection> rejected,
    SortedSet<String> removed,
    List<String> warnings) {
  /** Why a service's content is refused. */
  record Rejection(Revision version, List<Problem> problems) {
    Rejection {
      problems = List.copyOf(problems);
    }
  }

  static Verdict of(
      SortedMap<String, Held> inForce,
      Map<String, Held> accepted,
      SortedMap<String, Rejection> rejected,
      SortedSet<String> removed,
      List<String> warnings) {
    return new Verdict(inForce, Set.copyOf(accepted.keySet()), rejected, removed, warnings);
  }
}
