package io.sallyport.plugins.balancing.twochoices;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.Asking;
import io.sallyport.plugins.balancing.BalancerContract;
import io.sallyport.plugins.balancing.ChiSquare;
import io.sallyport.plugins.balancing.Server;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomTwoChoicesTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new RandomTwoChoicesFactory();
  }

  @Test
  void idleOnesArePickedByWeight() {
    int[] weights = {1, 2, 3, 50, 100, 256};
    Picker picker = balancer().picker(List.copyOf(Server.weighing(weights)));
    int[] counts = counts(picker, weights.length, 100_000);
    assertThat(ChiSquare.of(counts, weights)).isLessThan(ChiSquare.bound(weights.length));
  }

  @Test
  void busierOneOfTwoIsNeverPicked() {
    List<Server> servers = Server.alike(2);
    servers.get(0).busy(5);
    servers.get(1).busy(4);
    int[] counts = counts(balancer().picker(List.copyOf(servers)), 2, 10_000);
    assertThat(counts).containsExactly(0, 10_000);
  }

  @Test
  void sessionsCountForTheirServersWeight() {
    List<Server> servers = Server.weighing(10, 1);
    servers.get(0).busy(9);
    servers.get(1).busy(1);
    int[] counts = counts(balancer().picker(List.copyOf(servers)), 2, 10_000);
    assertThat(counts).containsExactly(10_000, 0);
  }

  @Test
  void busiestOfManyIsPickedOnlyByChanceOfNeighbourhood() {
    // By rank, with equal weights: both draws lead to r or to one that is busier.
    int size = 10;
    List<Server> servers = Server.alike(size);
    for (int i = 0; i < size; i++) {
      servers.get(i).busy(i);
    }
    double[] expected = new double[size];
    for (int first = 0; first < size; first++) {
      for (int second = 0; second < size; second++) {
        int other = second == first ? (first + 1) % size : second;
        expected[Math.min(first, other)] += 1.0 / size / size;
      }
    }
    int[] counts = counts(balancer().picker(List.copyOf(servers)), size, 100_000);
    assertThat(counts[9]).isZero();
    assertThat(ChiSquare.of(Arrays.copyOf(counts, size - 1), Arrays.copyOf(expected, size - 1)))
        .isLessThan(ChiSquare.bound(size - 1));
  }

  @Test
  void sessionsThatStayAreSharedByWeightFarMoreEvenlyThanChanceWould() {
    int[] weights = {10, 20, 30, 50, 100, 256};
    List<Server> servers = Server.weighing(weights);
    int[] counts = held(balancer().picker(List.copyOf(servers)), servers, 100_000);
    int total = IntStream.of(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      double expected = 100_000.0 * weights[i] / total;
      assertThat((double) counts[i]).isBetween(expected - weights[i], expected + weights[i]);
    }
    assertThat(ChiSquare.of(counts, weights)).isLessThan(ChiSquare.bound(weights.length) / 4);
  }

  @Test
  void loadOfTenThousandStaysCloseToTheAverage() {
    List<Server> servers = Server.alike(10_000);
    held(balancer().picker(List.copyOf(servers)), servers, 100_000);
    int most = servers.stream().mapToInt(Server::activeSessions).max().orElseThrow();
    // The theory: ten on average, and about log log n / log 2 = 3.2 more. Chance alone: some 24.
    assertThat(most).isBetween(11, 15);
  }

  @Test
  void neighbourOfOneThatIsTurnedDownIsNotTheOnlyOneToTakeItsPlace() {
    Picker picker = balancer().picker(List.copyOf(Server.alike(10)));
    int[] counts = new int[10];
    for (int i = 0; i < 90_000; i++) {
      counts[picker.pick(Asking.admitting(index -> index != 4))]++;
    }
    assertThat(counts[4]).isZero();
    for (int i = 0; i < 10; i++) {
      if (i != 4) {
        assertThat(counts[i]).isBetween(9_000, 11_500);
      }
    }
  }
}
