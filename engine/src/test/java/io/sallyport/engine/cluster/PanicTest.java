package io.sallyport.engine.cluster;

import static io.sallyport.engine.cluster.ClusterLab.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.LocalityPreference;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.engine.event.EngineEvent.FailOpen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PanicTest {
  private static final Spreading HALF =
      new Spreading(LocalityPreference.NEAREST, 140, 50, Duration.ZERO);
  private static final List<Endpoint> FOUR =
      List.of(in("z1", 0), in("z1", 1), in("z2", 0), in("z2", 1));

  private static ClusterLab lab() {
    return new ClusterLab(new Locality("", "z1"));
  }

  private static Map<String, Integer> each(int count) {
    return Map.of("z1-0", count, "z1-1", count, "z2-0", count, "z2-1", count);
  }

  @Test
  void zeroOneAndAllDown() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, FOUR));
      assertThat(lab.picks(100)).isEqualTo(Map.of("z1-0", 50, "z1-1", 50));
      lab.die("z1-0");
      assertThat(lab.zones(100_000).get("z1")).isCloseTo(70_000, within(5));
      assertThat(lab.picks(100)).doesNotContainKey("z1-0");
      lab.die("z1-1", "z2-0", "z2-1");
      assertThat(lab.picks(100)).isEqualTo(each(25));
      lab.cluster().update(ClusterLab.port(Spreading.PLAIN, AllDown.FAIL_CLOSED, FOUR));
      assertThat(lab.picks(100)).isEqualTo(Map.of("none", 100));
    }
  }

  @Test
  void fewerThanTheThresholdMeansThatChecksAreNotBelieved() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(HALF, FOUR));
      lab.die("z1-0", "z1-1");
      assertThat(lab.zones(100)).isEqualTo(Map.of("z2", 100));
      lab.die("z2-0");
      assertThat(lab.picks(100)).isEqualTo(each(25));
      lab.revive("z2-0");
      assertThat(lab.zones(100)).isEqualTo(Map.of("z2", 100));
    }
  }

  @Test
  void panicIsToldOnceAndItsEndToo() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(HALF, FOUR));
      lab.die("z1-0", "z1-1", "z2-0");
      assertThat(lab.cluster().snapshot().failOpen()).isTrue();
      lab.cluster().failedOpen();
      lab.cluster().failedOpen();
      lab.advance(Duration.ZERO);
      lab.revive("z1-0");
      assertThat(lab.events(FailOpen.class))
          .containsExactly(
              new FailOpen("icr", 443, true, "too few endpoints pass their checks"),
              new FailOpen("icr", 443, false, "enough endpoints pass their checks"));
    }
  }

  @Test
  void backupThatPassesKeepsPanicAway() {
    try (ClusterLab lab = lab()) {
      List<Endpoint> endpoints = new ArrayList<>(FOUR);
      endpoints.add(ClusterLab.backup(in("z3", 0)));
      lab.serve(ClusterLab.port(HALF, endpoints));
      lab.die("z1-0", "z1-1", "z2-0");
      assertThat(lab.picks(10)).isEqualTo(Map.of("z2-1", 10));
      lab.die("z2-1");
      assertThat(lab.picks(10)).isEqualTo(Map.of("z3-0", 10));
      lab.revive("z2-1");
      lab.die("z3-0");
      assertThat(lab.picks(100)).isEqualTo(each(25));
    }
  }

  @Test
  void drainedAndMaintainedEndpointsAreNoReasonToPanicAndTakeNothing() {
    try (ClusterLab lab = lab()) {
      List<Endpoint> endpoints =
          List.of(
              in("z1", 0),
              in(EndpointMode.DRAIN, in("z1", 1)),
              in(EndpointMode.MAINTENANCE, in("z2", 0)),
              in("z2", 1));
      lab.serve(ClusterLab.port(HALF, endpoints));
      lab.die("z2-1");
      assertThat(lab.picks(10)).isEqualTo(Map.of("z1-0", 10));
    }
  }

  @Test
  void failClosedNeverPanics() {
    try (ClusterLab lab = lab()) {
      lab.serve(ClusterLab.port(HALF, AllDown.FAIL_CLOSED, FOUR));
      lab.die("z1-0", "z1-1", "z2-0");
      assertThat(lab.picks(10)).isEqualTo(Map.of("z2-1", 10));
    }
  }
}
