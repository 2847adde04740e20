package io.sallyport.plugins.balancing.latency;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.draw.TwoChoices;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Two endpoints are drawn, each as likely as its weight, and the one that costs less takes the
 * session. What one costs is the time that connecting to it takes, times the sessions that it would
 * have for its weight: an endpoint that is far or slow gets fewer, and one that is near does not
 * get all.
 *
 * <p>The time is the endpoint's own peak-sensitive average (see {@link Candidate#connectNanos()}),
 * and survives a change of the candidates. One of which no time is known is taken to be as near as
 * the other of the two.
 */
final class LatencyAware implements Balancer {
  private final long floorNanos;
  private final RandomGenerator random;

  LatencyAware(LatencyAwareSettings settings, RandomGenerator random) {
    this.floorNanos = settings.floor().toNanos();
    this.random = random;
  }

  @Override
  public Picker picker(List<Candidate> candidates) {
    return new TwoChoices(candidates, random, new Costs(candidates, floorNanos));
  }

  /** Compares by cost. */
  private static final class Costs implements TwoChoices.Comparison {
    private final Candidate[] candidates;

    /** One session, in parts of what an average endpoint has. */
    private final double[] perSession;

    private final long floorNanos;

    Costs(List<Candidate> offered, long floorNanos) {
      candidates = offered.toArray(Candidate[]::new);
      perSession = new double[candidates.length];
      double average = offered.stream().mapToInt(Candidate::weight).average().orElse(1);
      for (int i = 0; i < perSession.length; i++) {
        perSession[i] = average / candidates[i].weight();
      }
      this.floorNanos = floorNanos;
    }

    @Override
    public boolean better(int other, int than) {
      long otherNanos = candidates[other].connectNanos();
      long thanNanos = candidates[than].connectNanos();
      long others = Math.max(floorNanos, otherNanos == 0 ? thanNanos : otherNanos);
      long its = Math.max(floorNanos, thanNanos == 0 ? otherNanos : thanNanos);
      return others * load(other) < its * load(than);
    }

    private double load(int index) {
      return 1 + candidates[index].activeSessions() * perSession[index];
    }
  }
}
