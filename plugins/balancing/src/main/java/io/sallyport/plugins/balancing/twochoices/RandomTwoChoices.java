package io.sallyport.plugins.balancing.twochoices;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.draw.TwoChoices;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Two endpoints are drawn, each as likely as its weight, and the one with fewer sessions for its
 * weight takes the session: HAProxy's {@code random(2)}. Nearly as even as least-connections, in
 * the same short time however many endpoints there are, and many nodes that do it at once do not
 * all rush to one endpoint.
 */
final class RandomTwoChoices implements Balancer {
  private final RandomGenerator random;

  RandomTwoChoices(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Picker picker(List<Candidate> candidates) {
    Candidate[] all = candidates.toArray(Candidate[]::new);
    int[] weights = candidates.stream().mapToInt(Candidate::weight).toArray();
    return new TwoChoices(
        candidates,
        random,
        (other, than) ->
            (long) all[other].activeSessions() * weights[than]
                < (long) all[than].activeSessions() * weights[other]);
  }
}
