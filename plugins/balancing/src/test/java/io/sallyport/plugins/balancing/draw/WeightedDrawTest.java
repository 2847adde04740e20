package io.sallyport.plugins.balancing.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.plugins.balancing.ChiSquare;
import io.sallyport.plugins.balancing.Server;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedDrawTest {
  @Test
  void sharesAreExactToAFewDrawsOfFourThousandMillion() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      int[] weights = random.ints(1 + random.nextInt(12), 1, 257).toArray();
      WeightedDraw draw = WeightedDraw.of(List.copyOf(Server.weighing(weights)));
      int total = IntStream.of(weights).sum();
      int[] counts = new int[weights.length];
      int steps = 1 << 16;
      for (int i = 0; i < steps; i++) {
        counts[draw.index((long) i << 16)]++;
      }
      for (int i = 0; i < weights.length; i++) {
        double expected = (double) steps * weights[i] / total;
        // Each of its parts is rounded to a step at both ends.
        assertThat((double) counts[i])
            .isBetween(expected - weights.length - 1, expected + weights.length + 1);
      }
    }
  }

  @Test
  void aHundredThousandDrawsAreSharedByWeight() {
    int[] weights = {1, 2, 3, 50, 100, 256};
    WeightedDraw draw = WeightedDraw.of(List.copyOf(Server.weighing(weights)));
    Random random = new Random(5);
    int[] counts = new int[weights.length];
    for (int i = 0; i < 100_000; i++) {
      counts[draw.index(random.nextLong())]++;
    }
    assertThat(ChiSquare.of(counts, weights)).isLessThan(ChiSquare.bound(weights.length));
  }

  @Test
  void onlyTheLowerHalfOfTheBitsCounts() {
    WeightedDraw draw = WeightedDraw.of(List.copyOf(Server.weighing(1, 5, 9)));
    assertThat(draw.index(0xABCD_EF01_8000_0000L)).isEqualTo(draw.index(0x8000_0000L));
    assertThat(draw.index(-1)).isEqualTo(draw.index(0xFFFF_FFFFL));
  }
}
