package io.sallyport.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sallyport.engine.cluster.Split.Keeping;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SplitTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("10.0.0.1");

  private static int[] counts(Split split, int places, int picks) {
    int[] counts = new int[places];
    for (int i = 0; i < picks; i++) {
      counts[split.place(CLIENT)]++;
    }
    return counts;
  }

  @Test
  void turnsAreSharedAlmostExactlyEvenWhileThereAreFew() {
    Split split = Split.of(List.of(0.7, 0.14, 0.16), Keeping.TURNS, new AtomicInteger());
    int[] few = counts(split, 3, 50);
    assertThat(few[0]).isCloseTo(35, within(2));
    assertThat(few[1]).isCloseTo(7, within(2));
    int[] many = counts(split, 3, 100_000);
    assertThat(many[0]).isCloseTo(70_000, within(5));
    assertThat(many[1]).isCloseTo(14_000, within(5));
    assertThat(many[2]).isCloseTo(16_000, within(5));
  }

  @Test
  void wholePartLeavesNothingToTheRest() {
    Split split = Split.of(List.of(1.0, 0.0, 0.0), Keeping.TURNS, new AtomicInteger(-50_000));
    assertThat(counts(split, 3, 100_000)).containsExactly(100_000, 0, 0);
    Split last = Split.of(List.of(0.0, 1.0), Keeping.TURNS, new AtomicInteger(-50_000));
    assertThat(counts(last, 2, 100_000)).containsExactly(0, 100_000);
  }

  @Test
  void wholeThatIsThreeThirdsLeavesNothingEither() {
    double third = 1.0 / 3;
    Split split = Split.of(List.of(third, third, third, 0.0), Keeping.TURNS, new AtomicInteger());
    assertThat(counts(split, 4, 100_000)[3]).isZero();
  }

  @Test
  void onlyPlaceTakesAllWithoutATurn() {
    AtomicInteger turns = new AtomicInteger();
    Split split = Split.of(List.of(1.0), Keeping.TURNS, turns);
    assertThat(counts(split, 1, 10)).containsExactly(10);
    assertThat(turns).hasValue(0);
  }
}
