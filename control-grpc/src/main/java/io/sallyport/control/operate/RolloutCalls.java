package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.operate.OperationsService.Watching;
import io.sallyport.control.operate.rollout.Rollouts;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;
import io.sallyport.control.v1.GetRolloutRequest;
import io.sallyport.control.v1.OrderRolloutRequest;
import io.sallyport.control.v1.Rollout;
import java.util.Locale;
import java.util.Optional;

/** The calls about rollouts that are under way. */
final class RolloutCalls {
  private final Rollouts rollouts;
  private final Gate gate;

  RolloutCalls(Rollouts rollouts, Gate gate) {
    this.rollouts = rollouts;
    this.gate = gate;
  }

  void get(GetRolloutRequest request, StreamObserver<Rollout> observer) {
    gate.admit(Role.VIEWER, "rollout.get", request.getId());
    var _ =
        Answers.send(
            observer,
            rollouts.find(request.getId()).thenApply(found -> found(request.getId(), found)));
  }

  void watch(GetRolloutRequest request, Outflow<Rollout> flow, Watching watching) {
    gate.admit(Role.VIEWER, "rollout.watch", request.getId());
    News news = new News();
    String asked = request.getId();
    Runnable look =
        () -> {
          var _ =
              rollouts
                  .find(news.id(asked))
                  .whenComplete((found, fault) -> {
                    try {
                      if (fault != null) {
                        flow.fail(Gate.failure(fault));
                      } else if (news.changed(found(asked, found))) {
                        flow.more();
                      }
                    } catch (io.grpc.StatusRuntimeException none) {
                      flow.fail(none);
                    }
                  });
        };
    flow.from(news);
    watching.begin(rollouts.watch(look));
    look.run();
  }

  void order(OrderRolloutRequest request, StreamObserver<Rollout> observer) {
    String order = request.getOrder().name().replace("ORDER_", "").toLowerCase(Locale.ROOT);
    String action = "rollout." + order;
    Caller caller = gate.admit(Role.EDITOR, action, request.getId());
    var _ =
        Answers.send(
            observer,
            rollouts
                .order(caller, request.getId(), request.getOrder())
                .whenComplete((rollout, fault) ->
                    gate.done(
                        caller,
                        action,
                        rollout == null ? request.getId() : rollout.getId(),
                        fault == null
                            ? "done"
                            : String.valueOf(Gate.failure(fault).getMessage()))));
  }

  private static Rollout found(String id, Optional<Rollout> found) {
    if (found.isEmpty() && !id.isEmpty()) {
      throw Status.NOT_FOUND.withDescription("there is no rollout " + id).asRuntimeException();
    }
    return found.orElseGet(() ->
        Rollout.newBuilder()
            .setState(Rollout.State.STATE_NONE)
            .setReason("there was never a rollout")
            .build());
  }

  /** The latest that a client has not been told. */
  private static final class News implements Outflow.Source<Rollout> {
    private Rollout latest = Rollout.getDefaultInstance();
    private boolean untold;
    private boolean settled;

    /** Who watches the newest one goes on to watch that one. */
    synchronized String id(String asked) {
      return asked.isEmpty() ? latest.getId() : asked;
    }

    synchronized boolean changed(Rollout rollout) {
      if (rollout.equals(latest)) {
        return false;
      }
      latest = rollout;
      untold = true;
      settled = Rollouts.settled(rollout);
      return true;
    }

    @Override
    public synchronized Optional<Rollout> next() {
      if (!untold) {
        return Optional.empty();
      }
      untold = false;
      return Optional.of(latest);
    }

    @Override
    public synchronized boolean ended() {
      return settled && !untold;
    }
  }
}
