package io.sallyport.control.server;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What this replica knows of a node: little memory for one that is well. Immutable.
 *
 * @param sinceMillis when it attached or left
 * @param meant what it is meant to have; {@link Revision#NONE} as long as nobody knows
 * @param accepted what it has accepted
 * @param effective the newest of which every service serves, or cannot
 * @param services how far they are
 * @param vitals what it reported last
 * @param remarks what this replica has to say about it
 */
record NodeRecord(
    Node node,
    String replica,
    boolean attached,
    long sinceMillis,
    Revision meant,
    Revision accepted,
    Revision effective,
    Progress.View services,
    Vitals vitals,
    List<String> remarks)
    implements Fleet.Sighting {
  private static final int PROBLEMS = 64;

  /**
   * Of a node's last report.
   *
   * @param atMillis when it came; 0 before the first
   */
  record Vitals(
      long atMillis,
      int activeSessions,
      long failedSessions,
      List<String> drift,
      List<String> wrong) {
    static final Vitals NONE = new Vitals(0, 0, 0, List.of(), List.of());
  }

  /** The same node when its agent has left. */
  NodeRecord left(long nowMillis) {
    return new NodeRecord(
        node, replica, false, nowMillis, meant, accepted, effective, services, vitals, remarks);
  }

  @Override
  public NodeState state(Fleet.Detail detail) {
    NodeState.Builder state =
        NodeState.newBuilder()
            .setNode(node)
            .setAttached(attached)
            .setReplica(replica)
            .setSinceMillis(sinceMillis)
            .setServicesServing(serving())
            .setServicesDeclared(services.size())
            .setEndpointsUnhealthy(
                services.noted().values().stream().mapToInt(Progress.Noted::unhealthy).sum())
            .setActiveSessions(vitals.activeSessions)
            .setFailedSessions(vitals.failedSessions)
            .addAllDrift(vitals.drift)
            .addAllProblems(problems())
            .setReportedMillis(vitals.atMillis)
            .addAllRejected(
                services.details().values().stream().filter(ServiceAck::hasRejected).toList());
    if (!meant.equals(Revision.NONE)) {
      state.setMeant(Revisions.message(meant));
    }
    if (!accepted.equals(Revision.NONE)) {
      state.setAccepted(Revisions.message(accepted));
    }
    if (!effective.equals(Revision.NONE)) {
      state.setEffective(Revisions.message(effective));
    }
    return switch (detail) {
      case SUMMARY -> state.build();
      case SERVICES -> state.addAllServices(declared()).build();
    };
  }

  private int serving() {
    int serving = 0;
    for (int s = 0; s < services.size(); s++) {
      serving += services.stage(s) == Progress.Stage.SERVING ? 1 : 0;
    }
    return serving;
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>(remarks);
    services.details().values().stream()
        .sorted(Comparator.comparing(ServiceAck::getService))
        .forEach(ack -> problems.add(sentence(ack)));
    problems.addAll(vitals.wrong);
    if (problems.size() > PROBLEMS) {
      int more = problems.size() - PROBLEMS;
      problems.subList(PROBLEMS, problems.size()).clear();
      problems.add("and " + more + " more");
    }
    return problems;
  }

  private static String sentence(ServiceAck ack) {
    String service = "service " + ack.getService();
    return switch (ack.getOutcomeCase()) {
      case REJECTED -> service + " is refused" + because(ack.getRejected().getProblemsList());
      case NOT_SERVING ->
          service
              + " does not serve, "
              + name(ack.getNotServing().getStep())
              + " is not done"
              + because(ack.getNotServing().getProblemsList());
      case ACCEPTED, SERVING, OUTCOME_NOT_SET -> service;
    };
  }

  static String because(List<Problem> problems) {
    return problems.isEmpty()
        ? ""
        : ": "
            + String.join(
                "; ",
                problems.stream()
                    .map(problem ->
                        problem.getPath().isEmpty()
                            ? problem.getMessage()
                            : problem.getPath() + ": " + problem.getMessage())
                    .toList());
  }

  private static String name(Step step) {
    return switch (step) {
      case STEP_RESOLVE -> "resolving its endpoints";
      case STEP_ADDRESS -> "owning its address";
      case STEP_LISTEN -> "listening";
      case STEP_PROBE -> "finding a healthy endpoint";
      case STEP_PUBLISH -> "publishing its names";
      case STEP_UNSPECIFIED, UNRECOGNIZED -> "some step";
    };
  }

  private List<ServiceState> declared() {
    List<ServiceState> all = new ArrayList<>();
    for (int s = 0; s < services.size(); s++) {
      String service = services.held().services().get(s);
      Progress.Noted noted = services.noted().get(service);
      if (noted != null) {
        all.add(noted.state());
      } else {
        all.add(plain(service, services.stage(s)));
      }
    }
    return all;
  }

  private ServiceState plain(String service, Progress.Stage stage) {
    ServiceState.Builder state = ServiceState.newBuilder().setService(service);
    ServiceAck ack = services.details().get(service);
    switch (stage) {
      case SERVING ->
          state
              .setVersion(Revisions.message(services.held().version(service)))
              .setReached(Step.STEP_PUBLISH);
      case NOT_SERVING -> {
        state.setVersion(Revisions.message(services.held().version(service)));
        if (ack != null) {
          state
              .setReachedValue(Math.max(0, ack.getNotServing().getStepValue() - 1))
              .addAllProblems(ack.getNotServing().getProblemsList());
        }
      }
      case REJECTED -> {
        if (ack != null) {
          state.addAllProblems(ack.getRejected().getProblemsList());
        }
      }
      case SENT, ACCEPTED -> {}
    }
    return state.build();
  }
}
