package io.sallyport.engine.cluster;

import static io.sallyport.engine.cluster.ClusterLab.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.LocalityPreference;
import io.sallyport.api.catalog.Spreading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlowStartTest {
  private static final Duration SLOWLY = Duration.ofSeconds(32);
  private static final Spreading SLOW = new Spreading(LocalityPreference.NEAREST, 140, 0, SLOWLY);
  private static final List<Endpoint> THREE = List.of(in("a", 0), in("b", 0), in("c", 0));

  private static ClusterLab lab() {
    return new ClusterLab(Locality.UNKNOWN);
  }

  /** The part of an equal share, in sixteenths. */
  private static double sixteenths(ClusterLab lab, String name) {
    Map<String, Integer> picks = lab.picks(160_000);
    double full = picks.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    return 16 * picks.getOrDefault(name, 0) / full;
  }

  @Test
  void nobodyStartsSlowlyWhenTheClusterDoes() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(SLOW, THREE));
      assertThat(lab.picks(300)).isEqualTo(Map.of("a-0", 100, "b-0", 100, "c-0", 100));
      assertThat(lab.cluster().snapshot().warming()).isFalse();
    }
  }

  @Test
  void weightOfOneThatCameBackGrowsFromASixteenthToTheWhole() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(SLOW, THREE));
      lab.die("b-0");
      assertThat(lab.picks(300)).isEqualTo(Map.of("a-0", 150, "c-0", 150));
      lab.revive("b-0");
      assertThat(sixteenths(lab, "b-0")).isCloseTo(1, within(0.01));
      lab.advance(SLOWLY.dividedBy(2));
      assertThat(sixteenths(lab, "b-0")).isCloseTo(8, within(1.01));
      lab.advance(SLOWLY.dividedBy(4));
      assertThat(sixteenths(lab, "b-0")).isCloseTo(12, within(1.01));
      lab.advance(SLOWLY.dividedBy(3));
      assertThat(lab.picks(300)).isEqualTo(Map.of("a-0", 100, "b-0", 100, "c-0", 100));
      assertThat(lab.cluster().snapshot().warming()).isFalse();
    }
  }

  @Test
  void weightNeverShrinksWhileItGrowsAndEndsWithTheTime() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(SLOW, THREE));
      lab.die("b-0");
      lab.revive("b-0");
      double last = 0;
      for (int second = 0; second < 32; second++) {
        double now = sixteenths(lab, "b-0");
        assertThat(now).as("after %s s", second).isGreaterThanOrEqualTo(last - 0.01);
        last = now;
        lab.advance(Duration.ofSeconds(1));
      }
      lab.advance(Duration.ofSeconds(2));
      assertThat(sixteenths(lab, "b-0")).isCloseTo(16, within(0.01));
    }
  }

  @Test
  void oneThatFallsWhileItWarmsUpBeginsAnew() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(SLOW, THREE));
      lab.die("b-0");
      lab.revive("b-0");
      lab.advance(Duration.ofSeconds(20));
      lab.die("b-0");
      lab.revive("b-0");
      assertThat(sixteenths(lab, "b-0")).isCloseTo(1, within(0.01));
    }
  }

  @Test
  void oneThatIsAddedToOthersStartsSlowly() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(SLOW, THREE));
      List<Endpoint> more = new ArrayList<>(THREE);
      more.add(in("d", 0));
      more.add(ClusterLab.unchecked(in("e", 0)));
      lab.cluster().update(ClusterLab.port(SLOW, more));
      lab.advance(Duration.ofMillis(300));
      assertThat(sixteenths(lab, "d-0")).isCloseTo(1, within(0.01));
      assertThat(sixteenths(lab, "e-0")).isCloseTo(1, within(0.01));
      lab.advance(SLOWLY.multipliedBy(2));
      assertThat(sixteenths(lab, "d-0")).isCloseTo(16, within(0.01));
      assertThat(sixteenths(lab, "e-0")).isCloseTo(16, within(0.01));
    }
  }

  @Test
  void oneThatReturnsFromMaintenanceStartsSlowlyAndFromDrainDoesNot() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(SLOW, THREE));
      lab.cluster()
          .update(
              ClusterLab.port(
                  SLOW,
                  List.of(
                      in("a", 0),
                      in(EndpointMode.MAINTENANCE, in("b", 0)),
                      in(EndpointMode.DRAIN, in("c", 0)))));
      assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 10));
      lab.advance(Duration.ofSeconds(5));
      lab.cluster().update(ClusterLab.port(SLOW, THREE));
      lab.advance(Duration.ofMillis(300));
      assertThat(sixteenths(lab, "b-0")).isCloseTo(1, within(0.01));
      assertThat(sixteenths(lab, "c-0")).isCloseTo(16, within(0.01));
    }
  }

  @Test
  void withoutSlowStartAllIsThereAtOnce() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, THREE));
      lab.die("b-0");
      lab.revive("b-0");
      assertThat(lab.picks(300)).isEqualTo(Map.of("a-0", 100, "b-0", 100, "c-0", 100));
    }
  }

  @Test
  void nothingWaitsOnceAllAreWarm() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(SLOW, THREE));
      int before = lab.pending();
      lab.die("b-0");
      lab.revive("b-0");
      assertThat(lab.cluster().snapshot().warming()).isTrue();
      assertThat(lab.pending()).isEqualTo(before + 1);
      lab.advance(SLOWLY.multipliedBy(2));
      int pickers = lab.pickers();
      assertThat(lab.pending()).isEqualTo(before);
      lab.advance(SLOWLY);
      assertThat(lab.pickers()).isEqualTo(pickers);
    }
  }

  @Test
  void stepsAreSixteenths() {
    assertThat(SlowStart.step(0, SLOWLY)).isEqualTo(1);
    assertThat(SlowStart.step(SLOWLY.toNanos() / 2, SLOWLY)).isEqualTo(8);
    assertThat(SlowStart.step(SLOWLY.toNanos() - 1, SLOWLY)).isEqualTo(15);
    assertThat(SlowStart.step(SLOWLY.toNanos(), SLOWLY)).isEqualTo(16);
    assertThat(SlowStart.step(0, Duration.ZERO)).isEqualTo(16);
  }
}
