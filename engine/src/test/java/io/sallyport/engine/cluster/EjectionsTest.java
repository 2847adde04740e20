package io.sallyport.engine.cluster;

import static io.sallyport.engine.cluster.ClusterLab.backup;
import static io.sallyport.engine.cluster.ClusterLab.in;
import static io.sallyport.engine.cluster.ClusterLab.unchecked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Ejection;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.LocalityPreference;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.engine.event.EngineEvent.EndpointEjected;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the endpoints of a cluster are ejected for what live sessions found. */
final class EjectionsTest {
  private static final String RESET = "reset before it sent a byte";
  private static final Duration BASE = Duration.ofSeconds(30);
  private static final Endpoint A = in("a", 0);
  private static final Endpoint B = in("b", 0);
  private static final Endpoint C = in("c", 0);
  private static final Endpoint D = in("d", 0);

  private static Ejection policy(int failures, int percent) {
    return new Ejection(failures, Duration.ofMinutes(1), BASE, Duration.ofMinutes(2), percent);
  }

  private static Spreading after(int failures, int percent) {
    return Spreading.PLAIN.with(policy(failures, percent));
  }

  private static ClusterLab serving(Spreading spreading, Endpoint... endpoints) {
    ClusterLab lab = new ClusterLab(Locality.UNKNOWN);
    lab.serve(ClusterLab.port(spreading, List.of(endpoints)));
    return lab;
  }

  private static void fail(ClusterLab lab, String name, int times) {
    for (int i = 0; i < times; i++) {
      lab.endpoint(name).sessionFailed(RESET);
      lab.advance(Duration.ZERO);
    }
  }

  /** For how long one that fails once is ejected; it is back when this returns. */
  private static Duration ejection(ClusterLab lab, String name) {
    int before = lab.events(EndpointEjected.class).size();
    fail(lab, name, 1);
    EndpointEjected event = lab.events(EndpointEjected.class).get(before);
    assertThat(event.ejected()).isTrue();
    lab.advance(event.time());
    return event.time();
  }

  private static List<String> ejected(ClusterLab lab) {
    return lab.cluster().status().stream()
        .filter(status -> status.ejectedMillis() > 0)
        .map(status -> status.name())
        .toList();
  }

  @Test
  void endpointThatFailsSessionsInARowIsLeftOutForATime() {
    try (ClusterLab lab = serving(after(3, 50), A, B, C)) {
      fail(lab, "a-0", 2);
      assertThat(lab.picks(99)).isEqualTo(Map.of("a-0", 33, "b-0", 33, "c-0", 33));
      fail(lab, "a-0", 1);
      assertThat(lab.picks(100)).isEqualTo(Map.of("b-0", 50, "c-0", 50));
      assertThat(lab.attempts()).as("it is the last resort").hasSize(3).endsWith("a-0");
      lab.advance(BASE.minusMillis(1));
      assertThat(lab.picks(100)).doesNotContainKey("a-0");
      lab.advance(Duration.ofMillis(1));
      assertThat(lab.picks(99)).isEqualTo(Map.of("a-0", 33, "b-0", 33, "c-0", 33));
      assertThat(lab.events(EndpointEjected.class))
          .containsExactly(
              new EndpointEjected(
                  "icr",
                  443,
                  "a-0",
                  true,
                  BASE,
                  "3 sessions in a row failed, the last one: reset before it sent a byte"),
              new EndpointEjected("icr", 443, "a-0", false, Duration.ZERO, "its time is over"));
    }
  }

  @Test
  void sessionThatIsServedForgivesThoseBefore() {
    try (ClusterLab lab = serving(after(3, 50), A, B)) {
      for (int i = 0; i < 10; i++) {
        fail(lab, "a-0", 2);
        lab.endpoint("a-0").served();
        lab.advance(Duration.ZERO);
      }
      assertThat(ejected(lab)).isEmpty();
      fail(lab, "a-0", 3);
      assertThat(ejected(lab)).containsExactly("a-0");
    }
  }

  @Test
  void failuresFurtherApartThanTheWindowDoNotCountTogether() {
    try (ClusterLab lab = serving(after(3, 50), A, B)) {
      for (int i = 0; i < 20; i++) {
        fail(lab, "a-0", 1);
        lab.advance(Duration.ofMillis(30_001));
      }
      assertThat(ejected(lab)).isEmpty();
      fail(lab, "a-0", 1);
      lab.advance(Duration.ofMillis(29_999));
      fail(lab, "a-0", 1);
      assertThat(ejected(lab)).containsExactly("a-0");
    }
  }

  @Test
  void timeGrowsWithEachEjectionUpToTheLongestAndShrinksInGoodTimes() {
    try (ClusterLab lab = serving(after(1, 50), A, B)) {
      List<Duration> times =
          List.of(
              ejection(lab, "a-0"),
              ejection(lab, "a-0"),
              ejection(lab, "a-0"),
              ejection(lab, "a-0"),
              ejection(lab, "a-0"),
              ejection(lab, "a-0"));
      assertThat(times)
          .extracting(Duration::toSeconds)
          .containsExactly(30L, 60L, 90L, 120L, 120L, 120L);
      lab.advance(BASE.multipliedBy(3));
      assertThat(ejection(lab, "a-0")).as("three base times later").isEqualTo(BASE.multipliedBy(3));
      lab.advance(BASE.multipliedBy(100));
      assertThat(ejection(lab, "a-0")).as("long after").isEqualTo(BASE);
      assertThat(lab.endpoint("a-0").ejections()).isEqualTo(8);
      assertThat(lab.endpoint("a-0").sessionFailures()).isEqualTo(8);
    }
  }

  @Test
  void whatIsFailedWhileEjectedDoesNotProlongIt() {
    try (ClusterLab lab = serving(after(1, 50), A, B)) {
      fail(lab, "a-0", 1);
      lab.advance(BASE.dividedBy(2));
      fail(lab, "a-0", 50);
      lab.advance(BASE.dividedBy(2));
      assertThat(ejected(lab)).isEmpty();
    }
  }

  @Test
  void noMoreThanThePoolsShareIsEjected() {
    try (ClusterLab lab = serving(after(1, 50), A, B, C, D)) {
      for (String name : List.of("a-0", "b-0", "c-0", "d-0")) {
        fail(lab, name, 5);
      }
      assertThat(ejected(lab)).containsExactly("a-0", "b-0");
      assertThat(lab.picks(100)).isEqualTo(Map.of("c-0", 50, "d-0", 50));
    }
  }

  @Test
  void oneThatThePoolCannotSpareIsCountedAnew() {
    try (ClusterLab lab = serving(after(2, 50), A, B)) {
      fail(lab, "a-0", 2);
      fail(lab, "b-0", 2);
      assertThat(ejected(lab)).containsExactly("a-0");
      lab.cluster().order("a-0", EndpointMode.ENABLED);
      fail(lab, "b-0", 1);
      assertThat(ejected(lab)).isEmpty();
      fail(lab, "b-0", 1);
      assertThat(ejected(lab)).containsExactly("b-0");
    }
  }

  @Test
  void oneMayAlwaysBeEjectedWhereThereAreTwo() {
    try (ClusterLab lab = serving(after(1, 1), A, B)) {
      fail(lab, "a-0", 1);
      fail(lab, "b-0", 1);
      assertThat(ejected(lab)).containsExactly("a-0");
      assertThat(lab.picks(10)).isEqualTo(Map.of("b-0", 10));
    }
  }

  @Test
  void onlyEndpointIsEjectedOnlyWhereAllMayBe() {
    try (ClusterLab lab = serving(after(1, 99), A)) {
      fail(lab, "a-0", 10);
      assertThat(ejected(lab)).isEmpty();
      assertThat(lab.events(EndpointEjected.class)).isEmpty();
      lab.cluster().update(ClusterLab.port(after(1, 100), List.of(A)));
      fail(lab, "a-0", 1);
      assertThat(ejected(lab)).containsExactly("a-0");
      assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 10));
    }
  }

  @Test
  void allAreEjectedWhereAllMayBeAndServeTheSessionsThatNobodyElseDoes() {
    try (ClusterLab lab = new ClusterLab(Locality.UNKNOWN)) {
      Spreading all = after(1, 100);
      lab.serve(ClusterLab.port(all, AllDown.FAIL_CLOSED, List.of(A, B)));
      fail(lab, "a-0", 1);
      fail(lab, "b-0", 1);
      assertThat(ejected(lab)).containsExactly("a-0", "b-0");
      assertThat(lab.picks(100)).isEqualTo(Map.of("a-0", 50, "b-0", 50));
      assertThat(lab.cluster().serves()).isTrue();
      assertThat(lab.cluster().snapshot().failOpen()).isFalse();
    }
  }

  @Test
  void backupsTakeOverFromPrimariesThatAreAllEjectedAndAreAPoolOfTheirOwn() {
    try (ClusterLab lab = serving(after(1, 100), A, B, backup(C), backup(D))) {
      fail(lab, "a-0", 1);
      assertThat(lab.picks(10)).isEqualTo(Map.of("b-0", 10));
      fail(lab, "b-0", 1);
      assertThat(lab.picks(10)).isEqualTo(Map.of("c-0", 5, "d-0", 5));
      fail(lab, "c-0", 1);
      assertThat(lab.picks(10)).isEqualTo(Map.of("d-0", 10));
      lab.advance(BASE);
      assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 5, "b-0", 5));
    }
  }

  @Test
  void endpointsThatAreDownDoNotCountForThePool() {
    try (ClusterLab lab = serving(after(1, 50), A, B, C, D)) {
      lab.die("c-0", "d-0");
      fail(lab, "a-0", 1);
      fail(lab, "b-0", 1);
      assertThat(ejected(lab)).containsExactly("a-0");
    }
  }

  @Test
  void poolThatShrinksTakesBackWhatItCannotSpare() {
    try (ClusterLab lab = serving(after(1, 50), A, B, C, D)) {
      fail(lab, "b-0", 1);
      fail(lab, "a-0", 1);
      lab.die("c-0");
      assertThat(ejected(lab)).as("one of three").containsExactly("a-0");
      assertThat(lab.events(EndpointEjected.class).getLast())
          .isEqualTo(
              new EndpointEjected(
                  "icr", 443, "b-0", false, Duration.ZERO, "too few others are left"));
      lab.die("b-0", "d-0");
      assertThat(ejected(lab)).as("none of one").isEmpty();
      assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 10));
    }
  }

  @Test
  void passingProbesDoNotEndAnEjectionButAReturnFromTheDeadDoes() {
    try (ClusterLab lab = serving(after(1, 50), A, B, C, D)) {
      fail(lab, "a-0", 1);
      lab.advance(Duration.ofSeconds(10));
      assertThat(ejected(lab)).containsExactly("a-0");
      lab.die("a-0");
      assertThat(lab.endpoint("a-0").standing()).isEqualTo(Standing.DOWN);
      lab.revive("a-0");
      assertThat(lab.endpoint("a-0").standing()).isEqualTo(Standing.PRIMARY);
      assertThat(lab.events(EndpointEjected.class).getLast())
          .isEqualTo(
              new EndpointEjected(
                  "icr", 443, "a-0", false, Duration.ZERO, "its checks pass again"));
      assertThat(lab.pending()).as("no timer of it is left").isEqualTo(4);
    }
  }

  @Test
  void endpointThatIsDownIsNotEjectedToo() {
    try (ClusterLab lab = serving(after(1, 50), A, B, C, D)) {
      lab.die("a-0");
      fail(lab, "a-0", 3);
      assertThat(lab.events(EndpointEjected.class)).isEmpty();
    }
  }

  @Test
  void panicIsAboutChecksAndTakesTheEjectedToo() {
    Spreading spreading =
        new Spreading(LocalityPreference.NEAREST, 140, 50, Duration.ZERO, policy(1, 50));
    try (ClusterLab lab = serving(spreading, A, B, C, D)) {
      fail(lab, "a-0", 1);
      fail(lab, "b-0", 1);
      assertThat(lab.picks(100)).as("all pass").isEqualTo(Map.of("c-0", 50, "d-0", 50));
      lab.die("c-0", "d-0");
      // Two of four pass: no panic yet, but only one of those two may be ejected.
      assertThat(lab.picks(100)).isEqualTo(Map.of("a-0", 100));
      lab.die("b-0");
      assertThat(lab.picks(100)).isEqualTo(Map.of("a-0", 25, "b-0", 25, "c-0", 25, "d-0", 25));
    }
  }

  @Test
  void everyFailedConnectOfAnUncheckedEndpointCounts() {
    try (ClusterLab lab = serving(after(3, 50), unchecked(A), unchecked(B))) {
      for (int i = 0; i < 3; i++) {
        assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 5, "b-0", 5));
        lab.endpoint("a-0").connectFailed(elsewhere(), "Connection refused");
        lab.advance(Duration.ZERO);
      }
      assertThat(lab.picks(10)).isEqualTo(Map.of("b-0", 10));
      assertThat(lab.events(EndpointEjected.class).getLast().reason())
          .isEqualTo("3 sessions in a row failed, the last one: Connection refused");
      assertThat(lab.endpoint("a-0").sessionFailures()).isZero();
    }
  }

  @Test
  void failedConnectsOfACheckedEndpointCountOnceUntilAProbeHasFoundOut() {
    try (ClusterLab lab = serving(after(3, 50), A, B)) {
      for (int doubt = 0; doubt < 2; doubt++) {
        for (int i = 0; i < 100; i++) {
          lab.endpoint("a-0").connectSlow();
          lab.endpoint("a-0").connectFailed(elsewhere(), "connect timed out");
        }
        lab.advance(Duration.ofSeconds(2));
        assertThat(ejected(lab)).isEmpty();
        assertThat(lab.endpoint("a-0").standing()).isEqualTo(Standing.PRIMARY);
      }
      lab.endpoint("a-0").connectFailed(elsewhere(), "Connection refused");
      lab.advance(Duration.ofSeconds(2));
      assertThat(ejected(lab)).as("each probe passed, each session failed").containsExactly("a-0");
    }
  }

  @Test
  void operatorMayTakeAnEjectionBack() {
    try (ClusterLab lab = serving(after(1, 50), A, B)) {
      fail(lab, "a-0", 1);
      assertThat(lab.cluster().order("a-0", EndpointMode.ENABLED)).isTrue();
      assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 5, "b-0", 5));
      assertThat(lab.events(EndpointEjected.class).getLast().reason())
          .isEqualTo("an operator enabled it");
    }
  }

  @Test
  void maintenanceForgetsAnEjectionAndDrainDoesNot() {
    try (ClusterLab lab = serving(after(1, 50), A, B, C, D)) {
      fail(lab, "a-0", 1);
      fail(lab, "b-0", 1);
      lab.cluster()
          .update(
              ClusterLab.port(
                  after(1, 50),
                  List.of(in(EndpointMode.DRAIN, A), in(EndpointMode.MAINTENANCE, B), C, D)));
      lab.cluster().update(ClusterLab.port(after(1, 50), List.of(A, B, C, D)));
      assertThat(ejected(lab)).containsExactly("a-0");
    }
  }

  @Test
  void catalogThatWantsNoEjectionsEndsThem() {
    try (ClusterLab lab = serving(after(1, 50), A, B)) {
      fail(lab, "a-0", 1);
      lab.cluster().update(ClusterLab.port(Spreading.PLAIN, List.of(A, B)));
      assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 5, "b-0", 5));
      fail(lab, "a-0", 100);
      assertThat(ejected(lab)).isEmpty();
      assertThat(lab.events(EndpointEjected.class)).hasSize(2);
    }
  }

  @Test
  void endpointThatIsBackStartsSlowlyWhereThatIsWanted() {
    Spreading slowly =
        new Spreading(LocalityPreference.NEAREST, 140, 0, Duration.ofSeconds(160), policy(1, 50));
    try (ClusterLab lab = serving(slowly, A, B)) {
      fail(lab, "a-0", 1);
      lab.advance(BASE);
      assertThat(lab.picks(1700)).isEqualTo(Map.of("a-0", 100, "b-0", 1600));
      lab.advance(Duration.ofSeconds(161));
      assertThat(lab.picks(10)).isEqualTo(Map.of("a-0", 5, "b-0", 5));
    }
  }

  @Test
  void nearerZoneSpillsOverWhatTheEjectedOneTook() {
    try (ClusterLab lab = new ClusterLab(new Locality("", "z1"))) {
      Spreading spreading =
          new Spreading(LocalityPreference.NEAREST, 100, 0, Duration.ZERO, policy(1, 50));
      lab.serve(ClusterLab.port(spreading, List.of(in("z1", 0), in("z1", 1), in("z2", 0))));
      assertThat(lab.zones(100)).isEqualTo(Map.of("z1", 100));
      fail(lab, "z1-0", 1);
      assertThat(lab.zones(10_000).get("z1")).isCloseTo(5_000, within(5));
    }
  }

  @Test
  void statusTellsForHowLongAndWhy() {
    try (ClusterLab lab = serving(after(2, 50), A, B)) {
      fail(lab, "a-0", 2);
      lab.advance(Duration.ofMillis(3_400));
      assertThat(lab.cluster().status().getFirst().ejectedMillis()).isEqualTo(26_600);
      assertThat(lab.cluster().status().getFirst().ejections()).isEqualTo(1);
      assertThat(lab.cluster().status().getFirst().sessionFailures()).isEqualTo(2);
      assertThat(lab.cluster().ailments())
          .containsExactly(
              "icr:443: endpoint a-0 is ejected for another 27 s: 2 sessions in a row failed,"
                  + " the last one: reset before it sent a byte");
    }
  }

  @Test
  void removedEndpointTakesItsEjectionAlong() {
    try (ClusterLab lab = serving(after(1, 50), A, B, C)) {
      fail(lab, "a-0", 1);
      int timers = lab.pending();
      lab.cluster().update(ClusterLab.port(after(1, 50), List.of(B, C)));
      assertThat(lab.pending()).as("neither its probe nor its ejection").isEqualTo(timers - 2);
      lab.cluster().update(ClusterLab.port(after(1, 50), List.of(A, B, C)));
      assertThat(ejected(lab)).isEmpty();
    }
  }

  @Test
  void goodSessionsCostNothing() {
    try (ClusterLab lab = serving(after(3, 50), A, B)) {
      ClusterEndpoint endpoint = lab.endpoint("a-0");
      int waiting = lab.pending();
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
          endpoint.served();
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isZero();
      assertThat(lab.pending()).isEqualTo(waiting);
    }
  }

  private static InetSocketAddress elsewhere() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
  }
}
