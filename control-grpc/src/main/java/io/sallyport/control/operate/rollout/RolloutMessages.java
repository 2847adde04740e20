package io.sallyport.control.operate.rollout;

import io.sallyport.control.operate.rollout.RolloutState.Aborted;
import io.sallyport.control.operate.rollout.RolloutState.Beginning;
import io.sallyport.control.operate.rollout.RolloutState.Completed;
import io.sallyport.control.operate.rollout.RolloutState.Completing;
import io.sallyport.control.operate.rollout.RolloutState.Halted;
import io.sallyport.control.operate.rollout.RolloutState.Measuring;
import io.sallyport.control.operate.rollout.RolloutState.Paused;
import io.sallyport.control.operate.rollout.RolloutState.Quiet;
import io.sallyport.control.operate.rollout.RolloutState.RolledBack;
import io.sallyport.control.operate.rollout.RolloutState.RollingBack;
import io.sallyport.control.operate.rollout.RolloutState.Waiting;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Rollout;
import java.util.List;

/** Rollouts as operators see them. Pure; any thread. */
final class RolloutMessages {
  private RolloutMessages() {}

  /** A rollout, with what is seen of its nodes now. */
  static Rollout of(StoredRollout rollout, Seen seen) {
    Rollout.Builder message =
        Rollout.newBuilder()
            .setId(rollout.id())
            .setFrom(Revisions.message(rollout.from()))
            .setTo(Revisions.message(rollout.to()))
            .setPlan(rollout.plan())
            .setStage(rollout.state().stage())
            .setAuthor(rollout.author())
            .setComment(rollout.comment())
            .setStartedMillis(rollout.started().toEpochMilli())
            .setChangedMillis(rollout.changed().toEpochMilli());
    if (!rollout.ended()) {
      message
          .setNodes(seen.nodes())
          .setNodesEffective(seen.effective())
          .addAllTroubles(seen.troubles());
    }
    switch (rollout.state()) {
      case Beginning beginning -> running(message, "its change is being written");
      case Measuring measuring ->
          running(message, "finding out what is usual before " + stage(rollout));
      case Waiting waiting ->
          running(
              message,
              seen.allEffective()
                  ? stage(rollout) + ": effective on all of its nodes"
                  : stage(rollout) + ": waiting for " + String.join(", ", seen.late()));
      case Quiet quiet ->
          running(
              message,
              stage(rollout)
                  + ": nothing may go wrong for "
                  + rollout.plan().getQuietMillis() / 1000
                  + " s");
      case Completing completing -> running(message, "every node gets it now");
      case Completed completed ->
          message.setState(Rollout.State.STATE_COMPLETED).setReason("every node has it");
      case Paused(var was, var since, String reason) ->
          message.setState(Rollout.State.STATE_PAUSED).setReason(reason);
      case Halted(var was, String reason, List<String> troubles) ->
          ended(message, Rollout.State.STATE_HALTED, reason, troubles);
      case RollingBack(int stage, String reason, List<String> troubles, String by) ->
          ended(message, Rollout.State.STATE_HALTED, reason, troubles);
      case RolledBack(int stage, String reason, List<String> troubles) ->
          ended(message, Rollout.State.STATE_ROLLED_BACK, reason, troubles);
      case Aborted(int stage, String reason) ->
          message.setState(Rollout.State.STATE_ABORTED).setReason(reason);
    }
    return message.build();
  }

  /** Whether nothing more comes of it by itself. */
  static boolean settled(Rollout rollout) {
    return switch (rollout.getState()) {
      case STATE_RUNNING, STATE_PAUSED -> false;
      case STATE_HALTED -> rollout.getPlan().getKeepOnHalt();
      case STATE_NONE, STATE_COMPLETED, STATE_ROLLED_BACK, STATE_ABORTED -> true;
      case STATE_UNSPECIFIED, UNRECOGNIZED -> true;
    };
  }

  /** A state, for people. */
  static String name(RolloutState state) {
    return switch (state) {
      case RolloutState.Beginning s -> "beginning";
      case RolloutState.Measuring s -> "measuring what is usual";
      case RolloutState.Waiting s -> "waiting for its nodes";
      case RolloutState.Quiet s -> "in its quiet period";
      case RolloutState.Paused s -> "paused";
      case RolloutState.Halted s -> "halted";
      case RolloutState.RollingBack s -> "rolling back";
      case RolloutState.Completing s -> "completing";
      case RolloutState.Completed s -> "completed";
      case RolloutState.RolledBack s -> "rolled back";
      case RolloutState.Aborted s -> "aborted";
    };
  }

  private static void running(Rollout.Builder message, String reason) {
    message.setState(Rollout.State.STATE_RUNNING).setReason(reason);
  }

  private static void ended(
      Rollout.Builder message, Rollout.State state, String reason, List<String> troubles) {
    message.setState(state).setReason(reason).clearTroubles().addAllTroubles(troubles);
  }

  private static String stage(StoredRollout rollout) {
    return "stage " + (rollout.state().stage() + 1) + " of " + rollout.plan().getStagesCount();
  }
}
