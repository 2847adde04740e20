package org.example.last;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.Picker;
import io.sallyport.testkit.BalancerContract;
import io.sallyport.testkit.FakeCandidate;
import io.sallyport.testkit.FakePickRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LastTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new LastFactory();
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("lightest", 1);
  }

  @Test
  void theLastOneOfAllIsPicked() {
    List<Candidate> three =
        List.of(
            new FakeCandidate("a", 1), new FakeCandidate("b", 1), new FakeCandidate("c", 1));
    Picker picker = balancer().picker(three);
    assertEquals(2, picker.pick(FakePickRequest.admittingAll()));
    assertEquals(1, picker.pick(FakePickRequest.refusing(2)));
  }
}
