package io.sallyport.control.operate.rollout;

import io.sallyport.control.operate.rollout.RolloutState.Aborted;
import io.sallyport.control.operate.rollout.RolloutState.Beginning;
import io.sallyport.control.operate.rollout.RolloutState.Completed;
import io.sallyport.control.operate.rollout.RolloutState.Completing;
import io.sallyport.control.operate.rollout.RolloutState.Ended;
import io.sallyport.control.operate.rollout.RolloutState.Going;
import io.sallyport.control.operate.rollout.RolloutState.Halted;
import io.sallyport.control.operate.rollout.RolloutState.Measuring;
import io.sallyport.control.operate.rollout.RolloutState.Paused;
import io.sallyport.control.operate.rollout.RolloutState.Quiet;
import io.sallyport.control.operate.rollout.RolloutState.RolledBack;
import io.sallyport.control.operate.rollout.RolloutState.RollingBack;
import io.sallyport.control.operate.rollout.RolloutState.Waiting;
import io.sallyport.control.v1.RolloutPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What follows from a rollout's state, from what is seen, and from what operators order; see {@link
 * RolloutState} for the diagram. Pure: nothing is done here.
 */
final class RolloutRules {
  private final RolloutPlan plan;

  RolloutRules(RolloutPlan plan) {
    this.plan = plan;
  }

  /** What an operator may order. */
  enum Order {
    PAUSE,
    RESUME,
    ABORT
  }

  /** The state that follows; the same one when nothing does. */
  RolloutState next(RolloutState state, Seen seen, Instant now) {
    return switch (state) {
      case Beginning beginning -> seen.release() ? new Measuring(0, now) : beginning;
      case Measuring(int stage, Instant since) ->
          seen.failing().isPresent()
              ? new Waiting(stage, now, seen.failing().getAsDouble())
              : state;
      case Waiting waiting -> waiting(waiting, seen, now);
      case Quiet quiet -> quiet(quiet, seen, now);
      // The release has ended, so what was to be done is done.
      case Completing(int stage) -> seen.release() ? state : new Completed(stage);
      case RollingBack(int stage, String reason, List<String> troubles, String by) ->
          seen.release()
              ? state
              : by.isEmpty() ? new RolledBack(stage, reason, troubles) : new Aborted(stage, reason);
      case Paused paused -> paused;
      case Halted halted -> halted;
      case Ended ended -> ended;
    };
  }

  /** The state that an order leads to; empty when it means nothing in this one. */
  Optional<RolloutState> ordered(RolloutState state, Order order, String by, Instant now) {
    return switch (order) {
      case PAUSE ->
          state instanceof Going going
              ? Optional.of(new Paused(going, now, "paused by " + by))
              : Optional.empty();
      case RESUME ->
          switch (state) {
            // Time that it was paused for does not count.
            case Paused paused -> Optional.of(paused.was().from(now));
            case Halted halted -> Optional.of(halted.was().from(now));
            case Beginning b -> Optional.empty();
            case Going g -> Optional.empty();
            case RollingBack r -> Optional.empty();
            case Completing c -> Optional.empty();
            case Ended e -> Optional.empty();
          };
      case ABORT ->
          switch (state) {
            case Going going -> Optional.of(aborted(going.stage(), by, List.of()));
            case Paused paused -> Optional.of(aborted(paused.stage(), by, List.of()));
            case Halted halted -> Optional.of(aborted(halted.stage(), by, halted.troubles()));
            case Beginning b -> Optional.empty();
            case RollingBack r -> Optional.empty();
            case Completing c -> Optional.empty();
            case Ended e -> Optional.empty();
          };
    };
  }

  private RolloutState waiting(Waiting waiting, Seen seen, Instant now) {
    Optional<String> trouble = trouble(waiting.usual(), seen);
    if (trouble.isPresent()) {
      return halted(waiting, trouble.get(), seen);
    }
    if (seen.allEffective()) {
      return new Quiet(waiting.stage(), now, waiting.usual());
    }
    if (!now.isBefore(waiting.since().plus(RolloutPlans.patience(plan)))) {
      return halted(
          waiting,
          "after "
              + RolloutPlans.patience(plan).toSeconds()
              + " s, "
              + (seen.nodes() - seen.effective())
              + " of "
              + seen.nodes()
              + " nodes have not made it effective: "
              + String.join(", ", seen.late()),
          seen);
    }
    return waiting;
  }

  private RolloutState quiet(Quiet quiet, Seen seen, Instant now) {
    Optional<String> trouble = trouble(quiet.usual(), seen);
    if (trouble.isPresent()) {
      return halted(new Waiting(quiet.stage(), quiet.since(), quiet.usual()), trouble.get(), seen);
    }
    if (now.isBefore(quiet.since().plus(Duration.ofMillis(plan.getQuietMillis())))) {
      return quiet;
    }
    int next = quiet.stage() + 1;
    return next < plan.getStagesCount() ? new Measuring(next, now) : new Completing(next);
  }

  /** What halts the rollout, in words for people. */
  private Optional<String> trouble(double usual, Seen seen) {
    if (seen.troubled() >= Math.max(1, plan.getToleratedNodes())) {
      return Optional.of(
          seen.troubled() + (seen.troubled() == 1 ? " node is" : " nodes are") + " in trouble");
    }
    double tolerated =
        plan.getToleratedFailedSessions() > 0 ? plan.getToleratedFailedSessions() : 1;
    double failing = seen.failing().orElse(0);
    if (failing > usual + tolerated) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "failed sessions have risen to %.1f per node and minute, from %.1f before the stage",
              failing,
              usual));
    }
    return Optional.empty();
  }

  private RolloutState halted(Waiting waiting, String reason, Seen seen) {
    return plan.getKeepOnHalt()
        ? new Halted(waiting, reason, seen.troubles())
        : new RollingBack(waiting.stage(), reason, seen.troubles(), "");
  }

  private static RollingBack aborted(int stage, String by, List<String> troubles) {
    return new RollingBack(stage, "aborted by " + by, troubles, by);
  }
}
