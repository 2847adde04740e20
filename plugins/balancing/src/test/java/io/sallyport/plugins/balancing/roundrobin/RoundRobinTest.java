package io.sallyport.plugins.balancing.roundrobin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.balancing.Balancer;
import io.sallyport.api.balancing.BalancerFactory;
import io.sallyport.api.balancing.Candidate;
import io.sallyport.api.balancing.PickRequest;
import io.sallyport.api.balancing.Picker;
import io.sallyport.plugins.balancing.BalancerContract;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoundRobinTest extends BalancerContract {
  @Override
  protected BalancerFactory<?> factory() {
    return new RoundRobinFactory();
  }

  private static final PickRequest ALL = admitting(index -> true);

  private interface Admission {
    boolean admits(int index);
  }

  private record Server(String name, int weight) implements Candidate {
    @Override
    public int activeSessions() {
      return 0;
    }
  }

  private static PickRequest admitting(Admission admission) {
    return new PickRequest() {
      @Override
      public InetAddress client() {
        return InetAddress.getLoopbackAddress();
      }

      @Override
      public boolean admits(int index) {
        return admission.admits(index);
      }
    };
  }

  private static List<Candidate> weights(int... weights) {
    List<Candidate> candidates = new ArrayList<>();
    for (int weight : weights) {
      candidates.add(new Server("e" + candidates.size(), weight));
    }
    return candidates;
  }

  private static String picks(Picker picker, int count) {
    StringBuilder picks = new StringBuilder();
    for (int i = 0; i < count; i++) {
      picks.append((char) ('a' + picker.pick(ALL)));
    }
    return picks.toString();
  }

  /** The textbook form, one credit for each endpoint, to compare with. */
  private static int[] textbook(int... weights) {
    int total = IntStream.of(weights).sum();
    long[] credit = new long[weights.length];
    int[] order = new int[total];
    for (int turn = 0; turn < total; turn++) {
      int best = 0;
      for (int i = 0; i < weights.length; i++) {
        credit[i] += weights[i];
        if (credit[i] > credit[best]) {
          best = i;
        }
      }
      credit[best] -= total;
      order[turn] = best;
    }
    return order;
  }

  @Test
  void equalWeightsTakeTurnsInTheOrderOfDeclaration() {
    assertThat(picks(balancer().picker(weights(1, 1, 1)), 7)).isEqualTo("abcabca");
    assertThat(picks(balancer().picker(weights(7, 7)), 4)).isEqualTo("abab");
    assertThat(picks(balancer().picker(weights(256)), 3)).isEqualTo("aaa");
  }

  @Test
  void unequalWeightsAreSpreadSmoothly() {
    assertThat(picks(balancer().picker(weights(5, 1, 1)), 14)).isEqualTo("aabacaaaabacaa");
    assertThat(picks(balancer().picker(weights(1, 2)), 6)).isEqualTo("babbab");
    assertThat(picks(balancer().picker(weights(4, 2)), 6)).isEqualTo("abaaba");
    assertThat(picks(balancer().picker(weights(3, 2, 1)), 6)).isEqualTo("abacba");
  }

  @Test
  void agreesWithTheTextbookFormOnRandomWeights() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      int[] weights = random.ints(1 + random.nextInt(9), 1, 12).toArray();
      int divisor = Arrays.stream(weights).reduce(0, RoundRobinTest::divisor);
      int[] reduced = Arrays.stream(weights).map(weight -> weight / divisor).toArray();
      Picker picker = balancer().picker(weights(weights));
      int[] order = textbook(reduced);
      for (int turn = 0; turn < 2 * order.length; turn++) {
        assertThat(picker.pick(ALL)).isEqualTo(order[turn % order.length]);
      }
    }
  }

  private static int divisor(int one, int other) {
    return other == 0 ? one : divisor(other, one % other);
  }

  @Test
  void turnThatIsNotAdmittedGoesToTheNextOne() {
    Picker picker = balancer().picker(weights(1, 1, 1));

    assertThat(picker.pick(ALL)).isZero();
    assertThat(picker.pick(admitting(index -> index != 1))).isEqualTo(2);
    assertThat(picker.pick(admitting(index -> index == 1))).isEqualTo(1);
    assertThat(picker.pick(ALL)).isZero();
  }

  @Test
  void allTurnedDownIsNoneForBothKindsOfRounds() {
    for (Picker picker :
        List.of(
            balancer().picker(weights(1)),
            balancer().picker(weights(5, 1, 1)),
            balancer().picker(manyOfAllWeights(10_000)))) {
      assertThat(picker.pick(admitting(index -> false))).isEqualTo(Picker.NONE);
    }
  }

  @Test
  void everyAdmittedOneIsFoundWhereverTheTurnStands() {
    for (Picker picker :
        List.of(
            balancer().picker(weights(3, 1, 9, 2)), balancer().picker(manyOfAllWeights(10_000)))) {
      for (int turn = 0; turn < 200; turn++) {
        int only = turn % 4;
        assertThat(picker.pick(admitting(index -> index == only))).isEqualTo(only);
      }
    }
  }

  @Test
  void positionSurvivesANewListOfCandidates() {
    Balancer balancer = balancer();
    assertThat(picks(balancer.picker(weights(1, 1, 1)), 4)).isEqualTo("abca");

    assertThat(picks(balancer.picker(weights(1, 1, 1)), 2)).isEqualTo("bc");
    assertThat(picks(balancer.picker(weights(1, 1)), 2)).isEqualTo("ab");
  }

  @Test
  void sharesOverAHundredThousandPicksAreTheWeights() {
    int[] weights = {1, 2, 3, 50, 100, 256};
    Picker picker = balancer().picker(weights(weights));
    int total = IntStream.of(weights).sum();
    int picks = 100_000;
    int[] counts = new int[weights.length];
    for (int i = 0; i < picks; i++) {
      counts[picker.pick(ALL)]++;
    }
    for (int i = 0; i < weights.length; i++) {
      double expected = (double) picks * weights[i] / total;
      assertThat((double) counts[i]).isBetween(expected - weights[i], expected + weights[i]);
    }
    // Far below what chance would give (15.1 at 1 % with five degrees of freedom).
    assertThat(chiSquare(counts, weights)).isLessThan(0.5);
  }

  @Test
  void turnsOfOneEndpointStandEvenlyApart() {
    int[] weights = {1, 7, 13, 29};
    int total = IntStream.of(weights).sum();
    Picker picker = balancer().picker(weights(weights));
    int[] last = new int[weights.length];
    Arrays.fill(last, -1);
    for (int turn = 0; turn < 10 * total; turn++) {
      int picked = picker.pick(ALL);
      if (last[picked] >= 0) {
        double even = (double) total / weights[picked];
        assertThat(turn - last[picked]).isBetween((int) (even / 2), (int) Math.ceil(even * 2));
      }
      last[picked] = turn;
    }
  }

  @Test
  void manyThreadsTogetherKeepToTheOrder() throws InterruptedException {
    int[] weights = {5, 1, 1};
    Picker picker = balancer().picker(weights(weights));
    AtomicIntegerArray counts = new AtomicIntegerArray(weights.length);
    int threads = 4;
    int each = 70_000;
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            for (int i = 0; i < each; i++) {
              counts.incrementAndGet(picker.pick(ALL));
            }
            done.countDown();
          });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();

    // Whole rounds: not one turn is lost or taken twice.
    assertThat(counts.get(0)).isEqualTo(threads * each / 7 * 5);
    assertThat(counts.get(1)).isEqualTo(threads * each / 7);
    assertThat(counts.get(2)).isEqualTo(threads * each / 7);
  }

  @Test
  void cursorThatOverflowsGoesOn() {
    AtomicInteger cursor = new AtomicInteger(-2);
    Picker round = new RoundPicker(SmoothRound.of(new int[] {1, 1, 1}), cursor);
    // 2^32 - 2 leaves 2 when divided by 3; after two turns the count begins anew at 0.
    assertThat(picks(round, 6)).isEqualTo("caabca");
  }

  @Test
  void tenThousandEqualEndpointsEachHaveOneTurnARound() {
    int[] weights = new int[10_000];
    Arrays.fill(weights, 3);
    Picker picker = balancer().picker(weights(weights));
    for (int i = 0; i < 10_000; i++) {
      assertThat(picker.pick(ALL)).isEqualTo(i);
    }
    assertThat(picker.pick(ALL)).isZero();
  }

  private static List<Candidate> manyOfAllWeights(int count) {
    return weights(IntStream.range(0, count).map(i -> 1 + i % 256).toArray());
  }

  @Test
  void tenThousandEndpointsOfAllWeightsHaveTheirShares() {
    List<Candidate> candidates = manyOfAllWeights(10_000);
    Picker picker = balancer().picker(candidates);
    assertThat(picker).isInstanceOf(GoldenPicker.class);
    int[] weights = candidates.stream().mapToInt(Candidate::weight).toArray();
    int total = IntStream.of(weights).sum();
    int[] counts = new int[weights.length];
    for (int i = 0; i < 4 * total; i++) {
      counts[picker.pick(ALL)]++;
    }
    for (int i = 0; i < weights.length; i++) {
      assertThat(counts[i]).isBetween(4 * weights[i] - 8, 4 * weights[i] + 8);
    }
    // 9,999 degrees of freedom: chance alone would give about 9,999.
    assertThat(chiSquare(counts, weights)).isLessThan(1_000);
  }

  @Test
  void goldenPicksOfOneEndpointAreAtMostThreeShareWidthsApart() {
    int[] weights = new int[300];
    Arrays.fill(weights, 256);
    weights[0] = 255;
    Picker picker = balancer().picker(weights(weights));
    assertThat(picker).isInstanceOf(GoldenPicker.class);
    int[] last = new int[weights.length];
    for (int turn = 1; turn < 100_000; turn++) {
      int picked = picker.pick(ALL);
      assertThat(turn - last[picked]).isLessThan(3 * weights.length);
      last[picked] = turn;
    }
  }

  @Test
  void roundAsLongAsIsWorkedOutIsFast() {
    int[] weights = IntStream.rangeClosed(1, 128).toArray();
    Picker picker = balancer().picker(weights(weights));
    assertThat(picker).isInstanceOf(RoundPicker.class);
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      balancer().picker(weights(weights));
      least = Math.min(least, System.nanoTime() - start);
    }
    assertThat(least).isLessThan(2_000_000_000L);
    int[] order = textbook(weights);
    for (int turn = 0; turn < order.length; turn++) {
      assertThat(picker.pick(ALL)).isEqualTo(order[turn]);
    }
  }

  @Test
  void settingsAreAlwaysTheSame() {
    RoundRobinFactory factory = new RoundRobinFactory();

    assertThat(factory.type()).isEqualTo("round-robin");
    assertThat(factory.settingsType()).isEqualTo(RoundRobinSettings.class);
    assertThat(new RoundRobinSettings()).isEqualTo(new RoundRobinSettings());
  }

  private static double chiSquare(int[] counts, int[] weights) {
    long total = IntStream.of(weights).asLongStream().sum();
    long picks = IntStream.of(counts).asLongStream().sum();
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = (double) picks * weights[i] / total;
      sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return sum;
  }
}
