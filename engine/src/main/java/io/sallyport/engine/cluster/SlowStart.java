package io.sallyport.engine.cluster;

import io.sallyport.api.balancing.Candidate;
import java.time.Duration;

/** Lets the weight of an endpoint that has come back grow, in sixteen steps. */
final class SlowStart {
  /** Steps, and sixteenths of a weight: as HAProxy has it, and what {@link Candidate} says. */
  static final int STEPS = 16;

  private SlowStart() {}

  /** How many sixteenths of its weight an endpoint has that came back so long ago. */
  static int step(long nanos, Duration slowStart) {
    long whole = slowStart.toNanos();
    if (nanos >= whole) {
      return STEPS;
    }
    return 1 + (int) ((double) nanos / whole * (STEPS - 1));
  }

  /** After which time something may have to be done. */
  static Duration pause(Duration slowStart) {
    return slowStart.dividedBy(STEPS);
  }

  /** An endpoint as it is offered while one beside it, or itself, starts slowly. */
  record Warming(ClusterEndpoint endpoint, int weight) implements Candidate {
    @Override
    public String name() {
      return endpoint.name();
    }

    @Override
    public int activeSessions() {
      return endpoint.activeSessions();
    }

    @Override
    public long connectNanos() {
      return endpoint.connectNanos();
    }
  }
}
