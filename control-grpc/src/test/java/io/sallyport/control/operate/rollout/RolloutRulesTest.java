package io.sallyport.control.operate.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.rollout.RolloutRules.Order;
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
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.RolloutStage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a rollout goes on; no clock but the one that the test moves. */
class RolloutRulesTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final RolloutPlan PLAN =
      RolloutPlan.newBuilder()
          .addStages(RolloutStage.newBuilder().setPercentage(10))
          .addStages(RolloutStage.getDefaultInstance())
          .setQuietMillis(30_000)
          .setPatienceMillis(120_000)
          .build();
  private static final Seen WELL =
      new Seen(true, 5, 5, List.of(), 0, List.of(), OptionalDouble.of(0.5));
  private static final Seen LATE =
      new Seen(true, 5, 3, List.of("n4", "n5"), 0, List.of(), OptionalDouble.of(0.5));

  private final RolloutRules rules = new RolloutRules(PLAN);

  @Test
  void goesThroughAllStagesWhileAllIsWell() {
    RolloutState state = new Beginning(T0);
    assertThat(rules.next(state, gone(), T0)).as("its change is not there yet").isEqualTo(state);
    state = rules.next(state, WELL, T0);
    assertThat(state).isEqualTo(new Measuring(0, T0));
    assertThat(rules.next(state, unmeasured(), at(50))).isEqualTo(state);
    state = rules.next(state, WELL, at(60));
    assertThat(state).isEqualTo(new Waiting(0, at(60), 0.5));
    assertThat(rules.next(state, LATE, at(70))).isEqualTo(state);
    state = rules.next(state, WELL, at(80));
    assertThat(state).isEqualTo(new Quiet(0, at(80), 0.5));
    assertThat(rules.next(state, WELL, at(109))).isEqualTo(state);
    state = rules.next(state, WELL, at(110));
    assertThat(state).isEqualTo(new Measuring(1, at(110)));
    state = rules.next(state, WELL, at(110));
    state = rules.next(state, WELL, at(111));
    state = rules.next(state, WELL, at(141));
    assertThat(state).isEqualTo(new Completing(2));
    assertThat(rules.next(state, WELL, at(142))).isEqualTo(state);
    assertThat(rules.next(state, gone(), at(142))).isEqualTo(new Completed(2));
  }

  @Test
  void rollsBackWhenPatienceIsOver() {
    Waiting waiting = new Waiting(0, T0, 0);
    assertThat(rules.next(waiting, LATE, at(119))).isEqualTo(waiting);
    RolloutState state = rules.next(waiting, LATE, at(120));
    String reason = "after 120 s, 2 of 5 nodes have not made it effective: n4, n5";
    assertThat(state).isEqualTo(new RollingBack(0, reason, List.of(), ""));
    assertThat(rules.next(state, WELL, at(121))).as("until the store has it").isEqualTo(state);
    assertThat(rules.next(state, gone(), at(122))).isEqualTo(new RolledBack(0, reason, List.of()));
  }

  @Test
  void rollsBackOnTroubleWhileWaitingAndInTheQuietPeriod() {
    Seen trouble =
        new Seen(
            true, 5, 3, List.of(), 1, List.of("node n1 refuses service a"), OptionalDouble.of(0));
    RollingBack back =
        new RollingBack(1, "1 node is in trouble", List.of("node n1 refuses service a"), "");
    assertThat(rules.next(new Waiting(1, T0, 0), trouble, at(1))).isEqualTo(back);
    assertThat(rules.next(new Quiet(1, T0, 0), trouble, at(1))).isEqualTo(back);
  }

  @Test
  void asManyNodesMayBeInTroubleAsThePlanTolerates() {
    RolloutRules tolerant = new RolloutRules(PLAN.toBuilder().setToleratedNodes(3).build());
    assertThat(tolerant.next(new Waiting(0, T0, 0), troubled(2), at(1))).isInstanceOf(Quiet.class);
    assertThat(tolerant.next(new Waiting(0, T0, 0), troubled(3), at(1)))
        .isEqualTo(new RollingBack(0, "3 nodes are in trouble", List.of(), ""));
  }

  @Test
  void rollsBackWhenFailedSessionsRiseAboveWhatWasUsual() {
    Quiet quiet = new Quiet(0, T0, 4);
    assertThat(rules.next(quiet, failing(5), at(1))).isEqualTo(quiet);
    assertThat(rules.next(quiet, failing(5.1), at(1)))
        .isEqualTo(
            new RollingBack(
                0,
                "failed sessions have risen to 5.1 per node and minute, from 4.0 before the stage",
                List.of(),
                ""));
    RolloutRules tolerant =
        new RolloutRules(PLAN.toBuilder().setToleratedFailedSessions(10).build());
    assertThat(tolerant.next(quiet, failing(13), at(1))).isEqualTo(quiet);
  }

  @Test
  void onlyHaltsWhereThePlanKeepsWhatIs() {
    RolloutRules keeping = new RolloutRules(PLAN.toBuilder().setKeepOnHalt(true).build());
    RolloutState halted = keeping.next(new Waiting(1, T0, 2), troubled(1), at(1));
    assertThat(halted)
        .isEqualTo(new Halted(new Waiting(1, T0, 2), "1 node is in trouble", List.of()));
    assertThat(keeping.next(halted, WELL, at(99))).isEqualTo(halted);
    assertThat(keeping.ordered(halted, Order.RESUME, "ann", at(100)))
        .contains(new Waiting(1, at(100), 2));
    assertThat(keeping.ordered(halted, Order.ABORT, "ann", at(100)))
        .contains(new RollingBack(1, "aborted by ann", List.of(), "ann"));
  }

  @Test
  void pausedItNeitherGoesOnNorHaltsAndTheTimeDoesNotCount() {
    Waiting waiting = new Waiting(0, T0, 1);
    RolloutState paused = rules.ordered(waiting, Order.PAUSE, "ann", at(10)).orElseThrow();
    assertThat(paused).isEqualTo(new Paused(waiting, at(10), "paused by ann"));
    assertThat(rules.next(paused, troubled(5), at(1_000))).isEqualTo(paused);
    RolloutState resumed = rules.ordered(paused, Order.RESUME, "ann", at(1_000)).orElseThrow();
    assertThat(resumed).isEqualTo(new Waiting(0, at(1_000), 1));
    assertThat(rules.next(resumed, LATE, at(1_119))).isEqualTo(resumed);
  }

  @Test
  void abortedItIsRolledBackInTheOperatorsName() {
    RolloutState back = rules.ordered(new Quiet(1, T0, 0), Order.ABORT, "ann", T0).orElseThrow();
    assertThat(back).isEqualTo(new RollingBack(1, "aborted by ann", List.of(), "ann"));
    assertThat(rules.next(back, gone(), at(1))).isEqualTo(new Aborted(1, "aborted by ann"));
  }

  @Test
  void ordersThatMeanNothingAreToldSo() {
    assertThat(rules.ordered(new Waiting(0, T0, 0), Order.RESUME, "ann", T0)).isEmpty();
    assertThat(rules.ordered(new Completed(2), Order.PAUSE, "ann", T0)).isEmpty();
    assertThat(rules.ordered(new Completed(2), Order.ABORT, "ann", T0)).isEmpty();
    assertThat(rules.ordered(new Beginning(T0), Order.ABORT, "ann", T0)).isEmpty();
  }

  @Test
  void everyStateHasAnEnd() {
    assertThat(rules.next(new Aborted(0, "x"), WELL, T0)).isEqualTo(new Aborted(0, "x"));
  }

  @ParameterizedTest
  @MethodSource("states")
  void aDocumentIsTheRolloutThatItWasMadeOf(RolloutState state) {
    StoredRollout rollout =
        new StoredRollout(
            "20260101-000000-0001",
            new Revision(1, 1),
            new Revision(1, 2),
            PLAN,
            "ann",
            "why",
            T0,
            at(5),
            Map.of(
                "n1", new StoredRollout.Member(Set.of("b", "c"), 2),
                "n2", new StoredRollout.Member(Set.of("c", "a"), 2),
                "n3", new StoredRollout.Member(Set.of(), 0)),
            state);
    assertThat(RolloutCodec.of(RolloutCodec.content(rollout))).isEqualTo(rollout);
  }

  static Stream<RolloutState> states() {
    return Stream.of(
        new Beginning(T0),
        new Measuring(1, T0),
        new Waiting(1, T0, 2.5),
        new Quiet(1, T0, 2.5),
        new Paused(new Quiet(1, T0, 2.5), T0, "paused by ann"),
        new Halted(new Waiting(1, T0, 2.5), "why", List.of("a", "b")),
        new RollingBack(1, "why", List.of("a"), ""),
        new RollingBack(1, "why", List.of(), "ann"),
        new Completing(2),
        new Completed(2),
        new RolledBack(1, "why", List.of("a")),
        new Aborted(1, "why"));
  }

  private static Instant at(long seconds) {
    return T0.plus(Duration.ofSeconds(seconds));
  }

  private static Seen gone() {
    return new Seen(false, 5, 5, List.of(), 0, List.of(), OptionalDouble.of(0));
  }

  private static Seen unmeasured() {
    return new Seen(true, 5, 0, List.of(), 0, List.of(), OptionalDouble.empty());
  }

  private static Seen troubled(int nodes) {
    return new Seen(true, 5, 5, List.of(), nodes, List.of(), OptionalDouble.of(0));
  }

  private static Seen failing(double rate) {
    return new Seen(true, 5, 5, List.of(), 0, List.of(), OptionalDouble.of(rate));
  }
}
