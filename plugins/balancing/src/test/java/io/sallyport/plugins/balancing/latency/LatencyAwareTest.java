package io.sallyport.plugins.balancing.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.BalancerContract;
import io.sallyport.plugins.balancing.ChiSquare;
import io.sallyport.plugins.balancing.Server;
import io.sallyport.plugins.balancing.TextSection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatencyAwareTest extends BalancerContract {
  private static final long MILLIS = 1_000_000;

  @Override
  protected BalancerFactory<?> factory() {
    return new LatencyAwareFactory();
  }

  @Test
  void equallyNearOnesArePickedByWeight() {
    int[] weights = {1, 2, 3, 50, 100, 256};
    List<Server> servers = Server.weighing(weights);
    servers.forEach(server -> server.away(8 * MILLIS));
    int[] counts = counts(balancer().picker(List.copyOf(servers)), weights.length, 100_000);
    assertThat(ChiSquare.of(counts, weights)).isLessThan(ChiSquare.bound(weights.length));
  }

  @Test
  void onesOfWhichNothingIsKnownArePickedByWeight() {
    int[] weights = {3, 1, 2};
    Picker picker = balancer().picker(List.copyOf(Server.weighing(weights)));
    assertThat(ChiSquare.of(counts(picker, 3, 100_000), weights)).isLessThan(ChiSquare.bound(3));
  }

  @Test
  void nearerOneOfTwoWinsWhileBothAreIdle() {
    List<Server> servers = Server.alike(3);
    servers.get(0).away(30 * MILLIS);
    servers.get(1).away(2 * MILLIS);
    servers.get(2).away(10 * MILLIS);
    int[] counts = counts(balancer().picker(List.copyOf(servers)), 3, 90_000);
    // Nine pairs of draws: the nearest is in 01, 10, 11, 12, 21 and 00; the farthest never wins.
    assertThat(counts[0]).isZero();
    int[] two = {counts[1], counts[2]};
    assertThat(ChiSquare.of(two, 6, 3)).isLessThan(ChiSquare.bound(2));
  }

  @Test
  void sessionsThatStayAreSharedByNearness() {
    List<Server> servers = Server.alike(2);
    servers.get(0).away(2 * MILLIS);
    servers.get(1).away(8 * MILLIS);
    int[] counts = held(balancer().picker(List.copyOf(servers)), servers, 100_000);
    // Costs are equal when four times as many are on the one that is four times as near.
    assertThat(counts[0]).isBetween(79_990, 80_010);
  }

  @Test
  void sessionsThatStayCountForTheirServersWeight() {
    int[] weights = {1, 9};
    List<Server> servers = Server.weighing(weights);
    servers.forEach(server -> server.away(5 * MILLIS));
    int[] counts = held(balancer().picker(List.copyOf(servers)), servers, 100_000);
    int total = IntStream.of(weights).sum();
    assertThat((double) counts[0]).isBetween(100_000.0 / total - 10, 100_000.0 / total + 10);
  }

  @Test
  void differencesBelowTheFloorCountForNothing() {
    List<Server> servers = Server.alike(2);
    servers.get(0).away(MILLIS / 10);
    servers.get(1).away(MILLIS * 9 / 10);
    assertThat(ChiSquare.of(counts(balancer().picker(List.copyOf(servers)), 2, 100_000), 1, 1))
        .isLessThan(ChiSquare.bound(2));
    Picker exact = balancer(Map.of("floor", "PT0.00001S")).picker(List.copyOf(servers));
    assertThat(counts(exact, 2, 1000)).containsExactly(1000, 0);
  }

  @Test
  void unknownOneCountsAsNearAsTheOther() {
    List<Server> servers = Server.alike(2);
    servers.get(0).away(500 * MILLIS);
    assertThat(ChiSquare.of(counts(balancer().picker(List.copyOf(servers)), 2, 100_000), 1, 1))
        .isLessThan(ChiSquare.bound(2));
    servers.get(1).busy(3);
    assertThat(counts(balancer().picker(List.copyOf(servers)), 2, 1000)).containsExactly(1000, 0);
  }

  @Test
  void timesThatChangeAreHeededAtOnce() {
    List<Server> servers = Server.alike(2);
    Picker picker = balancer().picker(List.copyOf(servers));
    servers.get(0).away(2 * MILLIS);
    servers.get(1).away(50 * MILLIS);
    assertThat(counts(picker, 2, 1000)).containsExactly(1000, 0);
    servers.get(0).away(200 * MILLIS);
    assertThat(counts(picker, 2, 1000)).containsExactly(0, 1000);
  }

  @Test
  void floorIsAMillisecondUnlessSaid() {
    LatencyAwareFactory factory = new LatencyAwareFactory();
    assertThat(factory.parse(new TextSection(Map.of())).floor()).isEqualTo(Duration.ofMillis(1));
    assertThat(factory.parse(new TextSection(Map.of("floor", "PT0.02S"))).floor())
        .isEqualTo(Duration.ofMillis(20));
  }
}
