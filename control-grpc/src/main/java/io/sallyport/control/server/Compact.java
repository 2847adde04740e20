package io.sallyport.control.server;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import io.sallyport.control.v1.EndpointState;
import io.sallyport.control.v1.EndpointState.Health;
import io.sallyport.control.v1.Locality;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NotServing;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Rejected;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import java.util.ArrayList;
import java.util.List;

/**
 * What agents say, cut to what is worth keeping of thousands of them: texts within bounds, equal
 * ones shared. Any thread.
 */
final class Compact {
  private static final int PROBLEMS = 4;
  private static final int ENDPOINTS = 16;
  private static final int SENTENCES = 32;
  private static final int TEXT = 300;

  private final Interner<String> texts = Interners.newWeakInterner();

  Compact() {}

  /** A node, its strings shared with all others that have the same. */
  Node node(Node node) {
    Node.Builder compact =
        Node.newBuilder()
            .setName(node.getName())
            .setAgentVersion(text(node.getAgentVersion()))
            .setLocality(
                Locality.newBuilder()
                    .setRegion(text(node.getLocality().getRegion()))
                    .setZone(text(node.getLocality().getZone())));
    node.getLabelsMap()
        .forEach((key, value) -> compact.putLabels(texts.intern(key), texts.intern(value)));
    return compact.build();
  }

  /** What became of a service. */
  ServiceAck ack(ServiceAck ack, String service) {
    ServiceAck.Builder compact =
        ServiceAck.newBuilder().setService(service).setVersion(ack.getVersion());
    switch (ack.getOutcomeCase()) {
      case REJECTED ->
          compact.setRejected(
              Rejected.newBuilder().addAllProblems(problems(ack.getRejected().getProblemsList())));
      case NOT_SERVING ->
          compact.setNotServing(
              NotServing.newBuilder()
                  .setStep(ack.getNotServing().getStep())
                  .addAllProblems(problems(ack.getNotServing().getProblemsList())));
      case ACCEPTED -> compact.setAccepted(ack.getAccepted());
      case SERVING -> compact.setServing(ack.getServing());
      case OUTCOME_NOT_SET -> compact.clearOutcome();
    }
    return compact.build();
  }

  /** How a service is, with only those endpoints that do not serve. */
  ServiceState state(ServiceState state, String service) {
    return ServiceState.newBuilder()
        .setService(service)
        .setVersion(state.getVersion())
        .setReached(state.getReached())
        .setSessions(state.getSessions())
        .setFailedSessions(state.getFailedSessions())
        .addAllProblems(problems(state.getProblemsList()))
        .addAllEndpoints(
            state.getEndpointsList().stream()
                .filter(endpoint -> unhealthy(endpoint) || draining(endpoint))
                .limit(ENDPOINTS)
                .map(endpoint ->
                    EndpointState.newBuilder()
                        .setName(text(endpoint.getName()))
                        .setListen(endpoint.getListen())
                        .setHealth(endpoint.getHealth())
                        .setLastCheck(text(endpoint.getLastCheck()))
                        .build())
                .toList())
        .build();
  }

  /** Sentences, not too many of them. */
  List<String> sentences(List<String> sentences) {
    List<String> kept =
        new ArrayList<>(sentences.stream().limit(SENTENCES).map(this::text).toList());
    if (sentences.size() > SENTENCES) {
      kept.add("and " + (sentences.size() - SENTENCES) + " more");
    }
    return List.copyOf(kept);
  }

  static boolean unhealthy(EndpointState endpoint) {
    return endpoint.getHealth() == Health.HEALTH_DOWN;
  }

  private static boolean draining(EndpointState endpoint) {
    return endpoint.getHealth() == Health.HEALTH_DRAINING;
  }

  private List<Problem> problems(List<Problem> problems) {
    return problems.stream()
        .limit(PROBLEMS)
        .map(problem ->
            Problem.newBuilder()
                .setCode(text(problem.getCode()))
                .setPath(text(problem.getPath()))
                .setMessage(text(problem.getMessage()))
                .build())
        .toList();
  }

  private String text(String text) {
    return texts.intern(text.length() <= TEXT ? text : text.substring(0, TEXT - 1) + "…");
  }
}
