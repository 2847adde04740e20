package io.sallyport.control.operate.rollout;

import io.grpc.Status;
import io.sallyport.control.operate.rollout.RolloutRules.Order;
import io.sallyport.control.security.Caller;
import io.sallyport.control.v1.OrderRolloutRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Takes operators' orders into rollouts, with compare-and-set. Any thread; nothing blocks. */
final class RolloutOrders {
  private static final int ATTEMPTS = 5;

  private final RolloutStore store;
  private final InstantSource clock;

  RolloutOrders(RolloutStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Gives an order; yields the rollout as it is now in the store. */
  CompletableFuture<StoredRollout> give(Caller caller, String id, OrderRolloutRequest.Order order) {
    return ordered(caller, id, order, ATTEMPTS);
  }

  private CompletableFuture<StoredRollout> ordered(
      Caller caller, String id, OrderRolloutRequest.Order order, int left) {
    return store
        .find(id)
        .thenCompose(found -> {
          if (found.isEmpty()) {
            throw Status.NOT_FOUND
                .withDescription(
                    id.isEmpty() ? "there was never a rollout" : "there is no rollout " + id)
                .asRuntimeException();
          }
          RolloutStore.Kept kept = found.get();
          StoredRollout rollout = kept.rollout();
          Instant now = clock.instant();
          RolloutState next =
              new RolloutRules(rollout.plan())
                  .ordered(rollout.state(), of(order), caller.name(), now)
                  .orElseThrow(() ->
                      Status.FAILED_PRECONDITION
                          .withDescription(meaningless(rollout, of(order)))
                          .asRuntimeException());
          StoredRollout then = rollout.in(next, now);
          return store
              .put(then, kept.version())
              .thenCompose(written -> {
                if (!written && left > 1) {
                  return ordered(caller, id, order, left - 1);
                }
                if (!written) {
                  throw Status.ABORTED
                      .withDescription("the rollout changes all the time; try again")
                      .asRuntimeException();
                }
                return CompletableFuture.completedFuture(then);
              });
        });
  }

  private static Order of(OrderRolloutRequest.Order order) {
    return switch (order) {
      case ORDER_PAUSE -> Order.PAUSE;
      case ORDER_RESUME -> Order.RESUME;
      case ORDER_ABORT -> Order.ABORT;
      case ORDER_UNSPECIFIED, UNRECOGNIZED ->
          throw Status.INVALID_ARGUMENT
              .withDescription("the order is neither pause, resume nor abort")
              .asRuntimeException();
    };
  }

  private static String meaningless(StoredRollout rollout, Order order) {
    return "rollout "
        + rollout.id()
        + " is "
        + RolloutMessages.name(rollout.state())
        + ": there is nothing to "
        + order.name().toLowerCase(Locale.ROOT);
  }
}
