package io.sallyport.control.operate.rollout;

import io.sallyport.control.store.v1.Stage;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.RolloutStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans of rollouts: what must hold of them, and what is filled in. Pure; any thread.
 *
 * @since 0.1
 */
public final class RolloutPlans {
  private static final double WHOLE = 100;
  private static final int MOST_STAGES = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofDays(30);

  private RolloutPlans() {}

  /** Everything that is wrong with a plan; empty when it may be used. */
  public static List<Problem> problems(RolloutPlan plan) {
    List<Problem> problems = new ArrayList<>();
    if (plan.getStagesCount() > MOST_STAGES) {
      problems.add(problem("plan.stages", "there are more than " + MOST_STAGES + " stages"));
    }
    for (int i = 0; i < plan.getStagesCount(); i++) {
      double percentage = plan.getStages(i).getPercentage();
      if (!(percentage >= 0 && percentage <= WHOLE)) {
        problems.add(
            problem(
                "plan.stages[" + i + "].percentage",
                percentage + " is no percentage; use one from 0 to 100"));
      }
    }
    if (tooLong(plan.getQuietMillis())) {
      problems.add(problem("plan.quiet", "the quiet period is longer than 30 days"));
    }
    if (tooLong(plan.getPatienceMillis())) {
      problems.add(problem("plan.patience", "the patience is longer than 30 days"));
    }
    double failed = plan.getToleratedFailedSessions();
    if (!(failed >= 0 && failed < Double.POSITIVE_INFINITY)) {
      problems.add(problem("plan.tolerated-failed-sessions", failed + " is no number of sessions"));
    }
    return problems;
  }

  /** The same plan with the whole fleet as its last stage. */
  public static RolloutPlan complete(RolloutPlan plan) {
    int stages = plan.getStagesCount();
    return stages > 0 && selectsAll(plan.getStages(stages - 1))
        ? plan
        : plan.toBuilder().addStages(RolloutStage.getDefaultInstance()).build();
  }

  /** A plan's stages as the store has them. */
  static List<Stage> stages(RolloutPlan plan) {
    return plan.getStagesList().stream()
        .map(stage ->
            Stage.newBuilder()
                .setPercentage(stage.getPercentage())
                .addAllZones(stage.getZonesList())
                .addAllNodes(stage.getNodesList())
                .putAllLabels(stage.getLabelsMap())
                .build())
        .toList();
  }

  /** How long a stage's nodes have. */
  static Duration patience(RolloutPlan plan) {
    return plan.getPatienceMillis() == 0 ? PATIENCE : Duration.ofMillis(plan.getPatienceMillis());
  }

  private static boolean selectsAll(RolloutStage stage) {
    return stage.getZonesCount() == 0
        && stage.getNodesCount() == 0
        && stage.getLabelsCount() == 0
        && (stage.getPercentage() == 0 || stage.getPercentage() >= WHOLE);
  }

  private static boolean tooLong(long millis) {
    return millis < 0 || millis > LONGEST.toMillis();
  }

  private static Problem problem(String path, String message) {
    return Problem.newBuilder().setCode("bad-plan").setPath(path).setMessage(message).build();
  }
}
