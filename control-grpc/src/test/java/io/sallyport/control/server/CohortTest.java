package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.store.v1.Stage;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CohortTest {
  private static final Release PLAN =
      Release.newBuilder()
          .setRollout("r")
          .addPlan(Stage.newBuilder().addNodes("canary"))
          .addPlan(Stage.newBuilder().setPercentage(10))
          .addPlan(Stage.newBuilder().addZones("z1").setPercentage(50))
          .addPlan(Stage.newBuilder().putLabels("tier", "test"))
          .addPlan(Stage.newBuilder())
          .build();

  @Test
  void aStageAddsItsNodesToThoseBefore() {
    assertThat(reached(0, node("canary", "z1"))).isFalse();
    assertThat(reached(1, node("canary", "z1"))).isTrue();
    assertThat(reached(1, node("n1", "z1"))).isFalse();
    NodeIdentity test =
        new NodeIdentity("elsewhere", new Locality("r", "z9"), Map.of("tier", "test"));
    assertThat(reached(4, test)).isTrue();
    assertThat(reached(5, node("whoever", "z9"))).isTrue();
  }

  @Test
  void aPercentageIsThatOfTheFleetAndGrowsOnly() {
    long ten = IntStream.range(0, 10_000).filter(n -> reached(2, node("n" + n, "z9"))).count();
    assertThat(ten).isBetween(900L, 1_100L);
    long half = IntStream.range(0, 10_000).filter(n -> reached(3, node("n" + n, "z1"))).count();
    assertThat(half).isBetween(4_800L, 5_200L);
    assertThat(IntStream.range(0, 10_000).filter(n -> reached(2, node("n" + n, "z1"))))
        .allMatch(n -> reached(3, node("n" + n, "z1")));
  }

  @Test
  void anotherRolloutBeginsWithOtherNodes() {
    assertThat(Cohort.place("r", "n1")).isEqualTo(Cohort.place("r", "n1"));
    assertThat(Cohort.place("r", "n1")).isNotEqualTo(Cohort.place("s", "n1"));
    assertThat(
            IntStream.range(0, 1_000)
                .filter(n -> Cohort.place("r", "n" + n) < 10 && Cohort.place("s", "n" + n) < 10)
                .count())
        .isLessThan(40);
  }

  private static boolean reached(int stages, NodeIdentity node) {
    return Cohort.reached(PLAN.toBuilder().setStages(stages).build(), node);
  }

  private static NodeIdentity node(String name, String zone) {
    return new NodeIdentity(name, new Locality("r", zone), Map.of());
  }
}
