package io.sallyport.control.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.store.v1.Stage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which nodes a rollout has reached. */
class ReleaseStagesTest {
  private static final List<NodeIdentity> FLEET =
      IntStream.range(0, 10_000).mapToObj(i -> node("node-" + i, "z1", Map.of())).toList();

  @Test
  void aPercentageSelectsAboutThatManyNodesAndALargerOneTheSameAndMore() {
    Stage five = Stage.newBuilder().setPercentage(5).build();
    Stage half = Stage.newBuilder().setPercentage(50).build();

    List<NodeIdentity> first = selected("r1", five);
    List<NodeIdentity> then = selected("r1", half);

    assertThat(first).hasSizeBetween(400, 600);
    assertThat(then).hasSizeBetween(4_800, 5_200).containsAll(first);
    assertThat(selected("r2", five)).hasSizeBetween(400, 600).isNotEqualTo(first);
    assertThat(selected("r1", Stage.newBuilder().setPercentage(100).build())).hasSize(10_000);
  }

  @Test
  void allThatAStageSaysMustHold() {
    Stage stage =
        Stage.newBuilder().addZones("z1").addZones("z2").putLabels("tier", "canary").build();

    assertThat(selects(stage, node("a", "z2", Map.of("tier", "canary")))).isTrue();
    assertThat(selects(stage, node("a", "z3", Map.of("tier", "canary")))).isFalse();
    assertThat(selects(stage, node("a", "z2", Map.of("tier", "rest")))).isFalse();
    assertThat(selects(stage, node("a", "z2", Map.of()))).isFalse();
    assertThat(selects(Stage.newBuilder().addNodes("b").build(), node("a", "z1", Map.of())))
        .isFalse();
  }

  @Test
  void onlyStagesThatHaveBegunReachNodes() {
    Release release =
        Release.newBuilder()
            .setRollout("r1")
            .addPlan(Stage.newBuilder().addNodes("a"))
            .addPlan(Stage.getDefaultInstance())
            .build();

    assertThat(ReleaseStages.reached(release, node("a", "z1", Map.of()))).isFalse();
    Release begun = release.toBuilder().setStages(1).build();
    assertThat(ReleaseStages.reached(begun, node("a", "z1", Map.of()))).isTrue();
    assertThat(ReleaseStages.reached(begun, node("b", "z1", Map.of()))).isFalse();
    Release all = release.toBuilder().setStages(2).build();
    assertThat(ReleaseStages.reached(all, node("b", "z1", Map.of()))).isTrue();
  }

  @Test
  void aStageThatSaysNothingIsTheWholeFleet() {
    assertThat(ReleaseStages.selectsAll(Stage.getDefaultInstance())).isTrue();
    assertThat(ReleaseStages.selectsAll(Stage.newBuilder().setPercentage(100).build())).isTrue();
    assertThat(ReleaseStages.selectsAll(Stage.newBuilder().setPercentage(99).build())).isFalse();
    assertThat(ReleaseStages.selectsAll(Stage.newBuilder().addZones("z1").build())).isFalse();
  }

  private static List<NodeIdentity> selected(String rollout, Stage stage) {
    return FLEET.stream().filter(node -> ReleaseStages.selects(rollout, stage, node)).toList();
  }

  private static boolean selects(Stage stage, NodeIdentity node) {
    return ReleaseStages.selects("r1", stage, node);
  }

  private static NodeIdentity node(String name, String zone, Map<String, String> labels) {
    return new NodeIdentity(name, new Locality("", zone), labels);
  }
}
