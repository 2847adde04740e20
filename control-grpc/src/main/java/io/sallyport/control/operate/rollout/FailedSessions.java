package io.sallyport.control.operate.rollout;

import io.sallyport.control.v1.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many sessions reach no endpoint, over the last while. An agent that starts anew counts from 0
 * again; what it had counted before is not lost. One thread at a time.
 */
final class FailedSessions {
  private static final int SAMPLES = 12;
  private static final double MINUTE = 60_000;

  private final Duration window;
  private final Map<String, Node> nodes = new HashMap<>();

  /**
   * Makes one that has seen nothing.
   *
   * @param window over how long it counts
   */
  FailedSessions(Duration window) {
    this.window = window;
  }

  private record Sample(Instant at, long total) {}

  private static final class Node {
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long counter;
    private long total;
  }

  /** Takes note of what the nodes tell now. */
  void sample(Collection<NodeState> states, Instant now) {
    Set<String> names = new HashSet<>();
    for (NodeState state : states) {
      String name = state.getNode().getName();
      names.add(name);
      sample(nodes.computeIfAbsent(name, missing -> first(state)), state, now);
    }
    nodes.keySet().retainAll(names);
  }

  /** Per node and minute, over the window, on some nodes. */
  double rate(Collection<String> names, Instant now) {
    Instant from = now.minus(window);
    long risen = 0;
    for (String name : names) {
      Node node = nodes.get(name);
      if (node != null) {
        risen += node.total - before(node, from);
      }
    }
    return names.isEmpty() ? 0 : risen / (double) names.size() / (window.toMillis() / MINUTE);
  }

  /** What an agent counted before it was known here is not a rise. */
  private static Node first(NodeState state) {
    Node node = new Node();
    node.counter = state.getFailedSessions();
    return node;
  }

  private void sample(Node node, NodeState state, Instant now) {
    long counter = state.getFailedSessions();
    node.total += counter >= node.counter ? counter - node.counter : counter;
    node.counter = counter;
    Sample last = node.samples.peekLast();
    if (last == null || !now.isBefore(last.at().plus(window.dividedBy(SAMPLES)))) {
      node.samples.addLast(new Sample(now, node.total));
    }
    // One that is older than the window stays: it is what the window begins with.
    while (node.samples.size() > 1 && second(node.samples).at().isBefore(now.minus(window))) {
      node.samples.removeFirst();
    }
  }

  private static long before(Node node, Instant from) {
    long total = node.samples.isEmpty() ? node.total : node.samples.getFirst().total();
    for (Sample sample : node.samples) {
      if (sample.at().isAfter(from)) {
        break;
      }
      total = sample.total();
    }
    return total;
  }

  private static Sample second(Deque<Sample> samples) {
    var all = samples.iterator();
    all.next();
    return all.next();
  }
}
