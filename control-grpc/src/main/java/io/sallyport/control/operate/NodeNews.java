package io.sallyport.control.operate;

import io.sallyport.control.v1.NodeEvent;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client that watches nodes has not been told yet: of each node the latest, so that a slow
 * client costs no more than one state of each. Any thread.
 */
final class NodeNews implements Outflow.Source<NodeEvent> {
  private final Set<String> names;
  private final Map<String, NodeState> untold = new LinkedHashMap<>();
  private final Set<String> known = new HashSet<>();
  private boolean knownAll;
  private boolean complete;

  NodeNews(NodesRequest request) {
    this.names = Set.copyOf(request.getNamesList());
  }

  /** Whether a request asks for a node. */
  static boolean wanted(NodesRequest request, NodeState state) {
    return request.getNamesCount() == 0
        || request.getNamesList().contains(state.getNode().getName());
  }

  /** A node has changed. */
  synchronized void changed(NodeState state) {
    String name = state.getNode().getName();
    if (names.isEmpty() || names.contains(name)) {
      untold.put(name, state);
      if (!knownAll) {
        known.add(name);
      }
    }
  }

  /** Those that there are now; what comes later is news. */
  synchronized void all(Iterable<NodeState> states) {
    for (NodeState state : states) {
      if (!known.contains(state.getNode().getName())) {
        changed(state);
      }
    }
    knownAll = true;
  }

  @Override
  public synchronized Optional<NodeEvent> next() {
    if (knownAll && !complete && known.isEmpty()) {
      complete = true;
      return Optional.of(NodeEvent.newBuilder().setComplete(true).build());
    }
    var first = untold.entrySet().iterator();
    if (!first.hasNext()) {
      return Optional.empty();
    }
    NodeState state = first.next().getValue();
    first.remove();
    known.remove(state.getNode().getName());
    return Optional.of(NodeEvent.newBuilder().setState(state).setComplete(complete).build());
  }

  @Override
  public boolean ended() {
    return false;
  }
}
