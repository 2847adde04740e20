package io.sallyport.plugins.balancing.leastconnections;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The endpoint that would have the fewest sessions for its weight takes the session: HAProxy's
 * {@code leastconn}. Idle ones are all alike, whatever their weight, and equals take turns.
 *
 * <p>Session counts change without the balancer's hearing of it, so a pick looks at the endpoints:
 * at all of them where there are no more than {@value LeastPicker#WINDOW}, and it stops at the
 * first idle one. Where there are more it looks at so many in a row, each time from another one on,
 * and takes the least busy of those.
 */
final class LeastConnections implements Balancer {
  private final AtomicInteger cursor = new AtomicInteger();

  @Override
  public Picker picker(List<Candidate> candidates) {
    return new LeastPicker(candidates, cursor);
  }
}
