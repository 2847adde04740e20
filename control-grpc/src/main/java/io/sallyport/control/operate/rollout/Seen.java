package io.sallyport.control.operate.rollout;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What is seen of the nodes that a rollout has reached, at one moment.
 *
 * @param release whether the store has the rollout under way
 * @param nodes how many nodes there are to wait for
 * @param effective how many of those have it effective
 * @param late the names of some that have not
 * @param troubled nodes that refuse a service, lost their stream, or fail to serve what served
 * @param troubles what is wrong, one sentence each
 * @param failing sessions that reach no endpoint, per node and minute; empty while it has not been
 *     watched for long enough
 */
record Seen(
    boolean release,
    int nodes,
    int effective,
    List<String> late,
    int troubled,
    List<String> troubles,
    OptionalDouble failing) {
  Seen {
    late = List.copyOf(late);
    troubles = List.copyOf(troubles);
  }

  boolean allEffective() {
    return effective >= nodes;
  }
}
