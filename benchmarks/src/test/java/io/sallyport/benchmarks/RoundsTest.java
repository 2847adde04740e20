package io.sallyport.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  void everyRoundBeginsWithAnotherContenderAndHasAllOfThem() {
    List<String> all = List.of("a", "b", "c");
    assertThat(Rounds.rotated(all, 0)).containsExactly("a", "b", "c");
    assertThat(Rounds.rotated(all, 1)).containsExactly("b", "c", "a");
    assertThat(Rounds.rotated(all, 5)).containsExactly("c", "a", "b");
  }
}
