package io.sallyport.engine.cluster;

import static io.sallyport.engine.cluster.ClusterLab.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.LocalityPreference;
import io.sallyport.api.catalog.Spreading;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalityTest {
  private static final Locality Z1 = new Locality("eu", "z1");
  private static final int PICKS = 100_000;

  /** So many endpoints in each of the zones z1, z2 and z3. */
  private static List<Endpoint> zones(int each) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String zone : List.of("z1", "z2", "z3")) {
      for (int i = 0; i < each; i++) {
        endpoints.add(in(zone, i));
      }
    }
    return endpoints;
  }

  private static Spreading overprovisioned(int percent) {
    return new Spreading(LocalityPreference.NEAREST, percent, 0, Duration.ZERO);
  }

  @Test
  void sessionsStayInTheNodesZoneWhileItIsHealthy() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, zones(2)));
      assertThat(lab.picks(1000)).isEqualTo(Map.of("z1-0", 500, "z1-1", 500));
    }
  }

  @Test
  void sessionThatCannotBeServedInTheZoneGoesOnToTheOthersAndThenToBackups() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      List<Endpoint> endpoints = new ArrayList<>(zones(1));
      endpoints.add(ClusterLab.backup(in("z2", 8)));
      endpoints.add(ClusterLab.backup(in("z1", 9)));
      lab.serve(ClusterLab.port(Spreading.PLAIN, endpoints));
      List<String> attempts = lab.attempts();
      assertThat(attempts).hasSize(5).startsWith("z1-0").endsWith("z1-9", "z2-8");
    }
  }

  @Test
  void nodeThatDoesNotKnowItsZoneUsesAll() {
    try (ClusterLab lab = new ClusterLab(Locality.UNKNOWN)) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, zones(1)));
      assertThat(lab.picks(999)).isEqualTo(Map.of("z1-0", 333, "z2-0", 333, "z3-0", 333));
    }
  }

  @Test
  void nodeWhoseZoneHasNoEndpointUsesAllOfItsRegion() {
    try (ClusterLab lab = new ClusterLab(new Locality("", "z7"))) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, zones(1)));
      assertThat(lab.picks(999)).isEqualTo(Map.of("z1-0", 333, "z2-0", 333, "z3-0", 333));
    }
  }

  @Test
  void noPreferenceUsesAll() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      Spreading none = new Spreading(LocalityPreference.NONE, 140, 0, Duration.ZERO);
      lab.serve(ClusterLab.port(none, zones(1)));
      assertThat(lab.picks(999)).isEqualTo(Map.of("z1-0", 333, "z2-0", 333, "z3-0", 333));
    }
  }

  @Test
  void zoneThatHasLostSomeStillTakesAllWithinItsOverprovisioning() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, zones(10)));
      lab.die("z1-0", "z1-1");
      // 140 % of 8/10.
      assertThat(lab.zones(PICKS)).isEqualTo(Map.of("z1", PICKS));
    }
  }

  @Test
  void whatTheZoneHasNoCapacityForSpillsOverToTheNextAndNoMore() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, zones(10)));
      lab.die("z1-0", "z1-1", "z1-2", "z1-3", "z1-4");
      // 140 % of 5/10, and the rest evenly to both other zones.
      Map<String, Integer> zones = lab.zones(PICKS);
      assertThat(zones.get("z1")).isCloseTo(70_000, within(5));
      assertThat(zones.get("z2")).isCloseTo(15_000, within(20));
      assertThat(zones.get("z3")).isCloseTo(15_000, within(20));
      // Nobody has more than 1.4 times of what ten of them would have had.
      assertThat(lab.picks(PICKS).values()).allMatch(count -> count <= 14_010);
    }
  }

  @Test
  void capacityIsMeasuredInWeights() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      List<Endpoint> endpoints = new ArrayList<>(zones(1));
      endpoints.set(
          0,
          new Endpoint(
              "z1-0",
              "10.0.0.1",
              443,
              "",
              "z1",
              3,
              0,
              endpoints.getFirst().role(),
              EndpointMode.ENABLED,
              true));
      endpoints.add(in("z1", 1));
      lab.serve(ClusterLab.port(overprovisioned(100), endpoints));
      lab.die("z1-0");
      assertThat(lab.zones(PICKS).get("z1")).isCloseTo(25_000, within(5));
    }
  }

  @Test
  void drainedAndMaintainedEndpointsAreCapacityThatIsMissing() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      List<Endpoint> endpoints = new ArrayList<>(zones(4));
      endpoints.set(0, in(EndpointMode.DRAIN, endpoints.get(0)));
      endpoints.set(1, in(EndpointMode.MAINTENANCE, endpoints.get(1)));
      lab.serve(ClusterLab.port(overprovisioned(120), endpoints));
      Map<String, Integer> picks = lab.picks(PICKS);
      assertThat(picks).doesNotContainKeys("z1-0", "z1-1");
      // 120 % of 2/4.
      assertThat(picks.get("z1-2") + picks.get("z1-3")).isCloseTo(60_000, within(5));
    }
  }

  @Test
  void whereAllZonesTogetherHaveTooLittleEachTakesWhatItHas() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(ClusterLab.port(overprovisioned(100), zones(10)));
      Set<String> dead = new HashSet<>();
      for (int i = 0; i < 9; i++) {
        dead.add("z1-" + i);
        dead.add("z2-" + i);
        dead.add("z3-" + i);
      }
      lab.die(dead.toArray(String[]::new));
      // A tenth here, a tenth there: local sessions are no longer a tenth of what they were.
      Map<String, Integer> zones = lab.zones(PICKS);
      assertThat(zones.get("z1")).isCloseTo(50_000, within(5));
      assertThat(zones.get("z2")).isCloseTo(25_000, within(20));
    }
  }

  @Test
  void wholeZoneThatDiesIsLeftAndReturnsWhenItDoes() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, zones(2)));
      lab.die("z1-0", "z1-1");
      assertThat(lab.zones(1000)).isEqualTo(Map.of("z2", 500, "z3", 500));
      lab.revive("z1-0", "z1-1");
      assertThat(lab.zones(1000)).isEqualTo(Map.of("z1", 1000));
    }
  }

  @Test
  void zonesThatReturnSlowlyGetTheirSessionsBackSlowly() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      Spreading slow = new Spreading(LocalityPreference.NEAREST, 100, 0, Duration.ofSeconds(60));
      lab.serve(ClusterLab.port(slow, zones(2)));
      lab.die("z1-0", "z1-1");
      lab.revive("z1-0", "z1-1");
      assertThat(lab.zones(1600).get("z1")).isCloseTo(100, within(2));
      lab.advance(Duration.ofSeconds(30));
      assertThat(lab.zones(1600).get("z1")).isCloseTo(800, within(102));
      lab.advance(Duration.ofSeconds(31));
      assertThat(lab.zones(1600)).isEqualTo(Map.of("z1", 1600));
    }
  }

  @Test
  void regionComesAfterTheZoneAndBeforeTheRest() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(
          ClusterLab.port(
              overprovisioned(100),
              List.of(
                  ClusterLab.endpoint("far-0", "us", "z1"),
                  ClusterLab.endpoint("near-0", "eu", "z2"),
                  ClusterLab.endpoint("near-1", "", "z3"),
                  ClusterLab.endpoint("here-0", "eu", "z1"),
                  ClusterLab.endpoint("here-1", "", "z1"))));
      assertThat(lab.zones(1000)).isEqualTo(Map.of("here", 1000));
      lab.die("here-0");
      assertThat(lab.zones(1000)).isEqualTo(Map.of("here", 500, "near", 500));
      lab.die("near-1");
      assertThat(lab.zones(1000)).isEqualTo(Map.of("here", 500, "near", 500));
      lab.die("here-1");
      Map<String, Integer> zones = lab.zones(1000);
      assertThat(zones.get("near")).isCloseTo(500, within(2));
      assertThat(zones.get("far")).isCloseTo(500, within(2));
      lab.die("near-0");
      assertThat(lab.zones(1000)).isEqualTo(Map.of("far", 1000));
    }
  }

  @Test
  void fullEndpointsOfTheZoneAreNotOverloadedBeyondTheirLimit() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      List<Endpoint> endpoints = new ArrayList<>(zones(1));
      endpoints.set(0, ClusterLab.upTo(2, endpoints.getFirst()));
      lab.serve(ClusterLab.port(Spreading.PLAIN, endpoints));
      lab.endpoint("z1-0").take();
      assertThat(lab.picks(10)).isEqualTo(Map.of("z1-0", 10));
      lab.endpoint("z1-0").take();
      assertThat(lab.zones(10)).isEqualTo(Map.of("z2", 5, "z3", 5));
      lab.endpoint("z1-0").released();
      assertThat(lab.picks(10)).isEqualTo(Map.of("z1-0", 10));
    }
  }

  @Test
  void backupsKeepTheSameRules() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(
          ClusterLab.port(
              Spreading.PLAIN,
              List.of(in("p", 0), ClusterLab.backup(in("z2", 0)), ClusterLab.backup(in("z1", 0)))));
      assertThat(lab.zones(10)).isEqualTo(Map.of("p", 10));
      lab.die("p-0");
      assertThat(lab.zones(10)).isEqualTo(Map.of("z1", 10));
      lab.die("z1-0");
      assertThat(lab.zones(10)).isEqualTo(Map.of("z2", 10));
    }
  }

  @Test
  void balancerThatKeepsClientsKeepsThemInTheirZoneToo() throws Exception {
    try (ClusterLab lab = new ClusterLab(Z1, true)) {
      lab.serve(ClusterLab.port(overprovisioned(100), zones(2)));
      lab.die("z1-0");
      int here = 0;
      for (int client = 0; client < 10_000; client++) {
        byte[] address = {10, 4, (byte) (client >> 8), (byte) client};
        EndpointChoice choice = new EndpointChoice(InetAddress.getByAddress(address));
        boolean first = zone(choice, lab).equals("z1");
        for (int i = 0; i < 3; i++) {
          choice.forget();
          assertThat(zone(choice, lab).equals("z1")).isEqualTo(first);
        }
        here += first ? 1 : 0;
      }
      assertThat(here).isCloseTo(5_000, within(200));
    }
  }

  private static String zone(EndpointChoice choice, ClusterLab lab) {
    ClusterEndpoint next = choice.next(lab.cluster().snapshot());
    if (next == null) {
      throw new AssertionError("no endpoint");
    }
    return next.declared().zone();
  }

  @Test
  void changeInOneZoneLeavesTheOthersAlone() {
    try (ClusterLab lab = new ClusterLab(Z1)) {
      lab.serve(ClusterLab.port(Spreading.PLAIN, zones(3)));
      int before = lab.pickers();
      lab.die("z1-0");
      // One for the zone without it, and one for those that look dead.
      assertThat(lab.pickers() - before).isEqualTo(2);
    }
  }
}
