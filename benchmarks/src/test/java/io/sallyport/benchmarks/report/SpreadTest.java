package io.sallyport.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void theMedianOfAnOddNumberIsTheOneInTheMiddle() {
    assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(4, 1, 9, 3));
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Spread.of(List.of(10.0, 1.0, 4.0, 2.0))).isEqualTo(new Spread(3, 1, 10, 4));
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(() -> Spread.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no figures, so no median");
  }

  @Property
  void asManyAreAboveTheMedianAsBelow(
      @ForAll @NotEmpty List<@DoubleRange(min = 0, max = 1e9) Double> figures) {
    Spread spread = Spread.of(figures);
    long below = figures.stream().filter(figure -> figure < spread.median()).count();
    long above = figures.stream().filter(figure -> figure > spread.median()).count();
    assertThat(Math.max(below, above)).isLessThanOrEqualTo(figures.size() / 2);
    assertThat(spread.median()).isBetween(spread.least(), spread.most());
  }
}
