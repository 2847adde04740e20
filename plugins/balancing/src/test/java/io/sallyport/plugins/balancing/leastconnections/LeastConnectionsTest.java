package io.sallyport.plugins.balancing.leastconnections;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.Asking;
import io.sallyport.plugins.balancing.BalancerContract;
import io.sallyport.plugins.balancing.ChiSquare;
import io.sallyport.plugins.balancing.Server;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new LeastConnectionsFactory();
  }

  @Test
  void fewestSessionsForTheWeightWins() {
    List<Server> servers = Server.weighing(1, 4, 2);
    servers.get(0).busy(1);
    servers.get(1).busy(6);
    servers.get(2).busy(2);
    // 2/1, 7/4, 3/2
    Picker picker = balancer().picker(List.copyOf(servers));
    for (int i = 0; i < 9; i++) {
      assertThat(picker.pick(Asking.any())).isEqualTo(2);
    }
    servers.get(2).busy(3);
    // 2/1, 7/4, 4/2
    assertThat(picker.pick(Asking.any())).isEqualTo(1);
  }

  @Test
  void idleOneComesBeforeABusyOneOfAnyWeight() {
    List<Server> servers = Server.weighing(256, 1);
    servers.get(0).busy(1);
    Picker picker = balancer().picker(List.copyOf(servers));
    for (int i = 0; i < 5; i++) {
      assertThat(picker.pick(Asking.any())).isEqualTo(1);
    }
  }

  @Test
  void idleOnesTakeTurnsWhateverTheirWeight() {
    Picker picker = balancer().picker(List.copyOf(Server.weighing(1, 7, 256, 3)));
    int[] counts = counts(picker, 4, 100_000);
    assertThat(counts).containsOnly(25_000);
  }

  @Test
  void equallyBusyOnesTakeTurns() {
    List<Server> servers = Server.alike(5);
    servers.forEach(server -> server.busy(3));
    int[] counts = counts(balancer().picker(List.copyOf(servers)), 5, 100_000);
    assertThat(counts).containsOnly(20_000);
  }

  @Test
  void sessionsThatStayAreSharedByWeightToTheLastOne() {
    int[] weights = {1, 2, 3, 50, 100, 256};
    List<Server> servers = Server.weighing(weights);
    int[] counts = held(balancer().picker(List.copyOf(servers)), servers, 100_000);
    int total = IntStream.of(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      double expected = 100_000.0 * weights[i] / total;
      assertThat((double) counts[i]).isBetween(expected - 2, expected + 2);
    }
    assertThat(ChiSquare.of(counts, weights)).isLessThan(0.1);
  }

  @Test
  void sessionsThatComeAndGoStayEvenlySpread() {
    List<Server> servers = Server.alike(10);
    Picker picker = balancer().picker(List.copyOf(servers));
    Random random = new Random(8);
    Deque<Server> open = new ArrayDeque<>();
    int[] counts = new int[10];
    for (int i = 0; i < 100_000; i++) {
      int picked = picker.pick(Asking.any());
      counts[picked]++;
      servers.get(picked).opened();
      open.add(servers.get(picked));
      while (open.size() > 100 + random.nextInt(3)) {
        open.remove().closed();
      }
      int least = servers.stream().mapToInt(Server::activeSessions).min().orElseThrow();
      assertThat(servers.get(picked).activeSessions()).isLessThanOrEqualTo(least + 2);
    }
    assertThat(ChiSquare.of(counts, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)).isLessThan(ChiSquare.bound(10));
  }

  @Test
  void moreThanAWindowOfThemGetTheirSharesAllTheSame() {
    int[] weights = IntStream.range(0, 1000).map(i -> 1 + i % 4).toArray();
    List<Server> servers = Server.weighing(weights);
    int[] counts = held(balancer().picker(List.copyOf(servers)), servers, 100_000);
    assertThat(ChiSquare.of(counts, weights)).isLessThan(ChiSquare.bound(1000));
    int total = IntStream.of(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      double expected = 100_000.0 * weights[i] / total;
      assertThat((double) counts[i]).isBetween(expected * 0.85, expected * 1.15);
    }
  }

  @Test
  void oneOfThousandsThatIsAdmittedIsFoundOutsideTheWindow() {
    Picker picker = balancer().picker(List.copyOf(Server.alike(10_000)));
    for (int i = 0; i < 100; i++) {
      int only = i * 97;
      assertThat(picker.pick(Asking.admitting(index -> index == only))).isEqualTo(only);
    }
  }

  @Test
  void newListGoesOnWithTheTurns() {
    Balancer balancer = balancer();
    Picker before = balancer.picker(List.copyOf(Server.alike(3)));
    assertThat(before.pick(Asking.any())).isZero();
    assertThat(balancer.picker(List.copyOf(Server.alike(3))).pick(Asking.any())).isEqualTo(1);
  }

  @Test
  void oneThatReturnsIdleDoesNotGetMoreThanItsShareForLong() {
    List<Server> servers = Server.alike(3);
    servers.get(0).busy(10);
    servers.get(1).busy(10);
    int[] counts = held(balancer().picker(List.copyOf(servers)), servers, 40);
    assertThat(servers).extracting(Server::activeSessions).containsOnly(20);
    assertThat(counts).containsExactly(10, 10, 20);
  }
}
