package io.sallyport.control.operate;

import io.sallyport.control.server.Fleet;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The nodes that somebody asks for, with as much of them as he asks for: the services of those that
 * are attached to another replica are asked of that one, within a time. Any thread; no method
 * blocks.
 */
final class NodeDetails {
  /** So many nodes at most are asked of other replicas for one call. */
  static final int MOST_ELSEWHERE = 64;

  /** How long the other replicas have. */
  static final Duration WITHIN = Duration.ofSeconds(5);

  private final String replica;
  private final OperationsService.Elsewhere elsewhere;

  NodeDetails(String replica, OperationsService.Elsewhere elsewhere) {
    this.replica = replica;
    this.elsewhere = elsewhere;
  }

  /** Those of a view that a request asks for, in the order of their names. Never fails. */
  CompletableFuture<List<NodeState>> of(NodesRequest request, Fleet view) {
    Fleet.Detail detail = request.getServices() ? Fleet.Detail.SERVICES : Fleet.Detail.SUMMARY;
    if (request.getNamesCount() == 0) {
      return CompletableFuture.completedFuture(view.nodes(detail));
    }
    List<NodeState> known =
        request.getNamesList().stream()
            .distinct()
            .sorted()
            .flatMap(name -> view.node(name, detail).stream())
            .toList();
    return request.getServices() && !request.getOfThisReplica()
        ? completed(known)
        : CompletableFuture.completedFuture(known);
  }

  private CompletableFuture<List<NodeState>> completed(List<NodeState> known) {
    Map<String, List<String>> lacking = new TreeMap<>();
    known.stream()
        .filter(this::lacking)
        .limit(MOST_ELSEWHERE)
        .forEach(state ->
            lacking
                .computeIfAbsent(state.getReplica(), _ -> new ArrayList<>())
                .add(state.getNode().getName()));
    List<CompletableFuture<Answer>> answers =
        lacking.entrySet().stream().map(one -> asked(one.getKey(), one.getValue())).toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> {
          Answer all = new Answer(new HashMap<>(), new HashMap<>());
          answers.forEach(answer -> all.with(answer.join()));
          return known.stream().map(state -> lacking(state) ? all.of(state) : state).toList();
        });
  }

  private boolean lacking(NodeState state) {
    return state.getServicesCount() == 0
        && state.getServicesDeclared() > 0
        && !state.getReplica().equals(replica);
  }

  private CompletableFuture<Answer> asked(String other, List<String> names) {
    return elsewhere
        .nodes(other, names)
        .orTimeout(WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .handle((states, failed) -> {
          Answer answer = new Answer(new HashMap<>(), new HashMap<>());
          if (states != null) {
            states.forEach(state -> answer.told().put(state.getNode().getName(), state));
          }
          String why =
              states == null
                  ? "replica " + other + " cannot be asked: " + reason(failed)
                  : "replica " + other + " does not know it any more";
          HashSet<String> missing = new HashSet<>(names);
          missing.removeAll(answer.told().keySet());
          missing.forEach(name -> answer.unknown().put(name, why));
          return answer;
        });
  }

  private static String reason(Throwable failed) {
    Throwable cause = failed;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof TimeoutException
        ? "it does not answer within " + WITHIN.toSeconds() + " s"
        : Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
  }

  /**
   * What other replicas said.
   *
   * @param told of nodes, by their names
   * @param unknown why nothing is known of others, by their names
   */
  private record Answer(Map<String, NodeState> told, Map<String, String> unknown) {
    void with(Answer other) {
      told.putAll(other.told);
      unknown.putAll(other.unknown);
    }

    NodeState of(NodeState state) {
      String name = state.getNode().getName();
      NodeState found = told.get(name);
      return found != null
          ? found
          : state.toBuilder()
              .setServicesUnknown(
                  unknown.getOrDefault(
                      name,
                      "other replicas are asked for no more than "
                          + MOST_ELSEWHERE
                          + " nodes at once"))
              .build();
    }
  }
}
