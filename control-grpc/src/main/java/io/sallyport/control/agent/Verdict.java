package io.sallyport.control.agent;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.v1.Problem;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What came of judging what was received: what becomes of what is in force. Immutable by agreement.
 *
 * @param accepted services whose content is new and good
 * @param rejected services whose content is not, and why; what was in force of them stays
 * @param removed services that are to go
 * @param warnings what the authors should know all the same, one sentence each
 */
record Verdict(
    SortedMap<String, Held> accepted,
    SortedMap<String, Rejection> rejected,
    SortedSet<String> removed,
    List<String> warnings) {
  /** Why a service's content is refused. */
  record Rejection(Revision version, List<Problem> problems) {
    Rejection {
      problems = List.copyOf(problems);
    }
  }
}
