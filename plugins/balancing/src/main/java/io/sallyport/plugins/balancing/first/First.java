package io.sallyport.plugins.balancing.first;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import java.util.List;

/**
 * The first endpoint, in the order of declaration, that is not full takes the session; weights mean
 * nothing. HAProxy's {@code first}. An endpoint without a limit of sessions is never full, and
 * those behind it only stand in for it.
 */
final class First implements Balancer {
  @Override
  public Picker picker(List<Candidate> candidates) {
    int count = candidates.size();
    return request -> firstOf(count, request);
  }

  private static int firstOf(int count, PickRequest request) {
    for (int i = 0; i < count; i++) {
      if (request.admits(i)) {
        return i;
      }
    }
    return Picker.NONE;
  }
}
