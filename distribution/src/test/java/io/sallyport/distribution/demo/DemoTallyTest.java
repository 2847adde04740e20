package io.sallyport.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoTallyTest {
  private static final DemoTarget ICR = new DemoTarget("icr.io", 8443);
  private static final DemoTarget JP = new DemoTarget("jp.icr.io", 8443);

  private final DemoTally tally = new DemoTally();

  @Test
  void countsAnswersByZoneAndByTarget() {
    tally.answered(ICR, "z1", Duration.ofMillis(3));
    tally.answered(ICR, "z2", Duration.ofMillis(7));
    tally.answered(JP, "z1", Duration.ofMillis(5));
    DemoTally.Count count = tally.count();
    assertThat(count.requests()).isEqualTo(3);
    assertThat(count.failed()).isZero();
    assertThat(count.slowest()).isEqualTo(Duration.ofMillis(7));
    assertThat(count.zones()).isEqualTo(Map.of("z1", 2L, "z2", 1L));
    assertThat(count.targets()).isEqualTo(Map.of(ICR, 2L, JP, 1L));
  }

  @Test
  void keepsTheFirstFailuresInWordsAndCountsAll() {
    IntStream.range(0, 9).forEach(i -> tally.failed("failure " + i));
    DemoTally.Count count = tally.count();
    assertThat(count.requests()).isEqualTo(9);
    assertThat(count.failed()).isEqualTo(9);
    assertThat(count.failures())
        .isEqualTo(List.of("failure 0", "failure 1", "failure 2", "failure 3", "failure 4"));
  }

  @Test
  void shareOfAnswersIsWithinItsTimeToTheTenthOfAMillisecond() {
    IntStream.rangeClosed(1, 100)
        .forEach(i -> tally.answered(ICR, "z1", Duration.ofMillis(i).minusNanos(1)));
    assertThat(tally.within(0.5)).isEqualTo(Duration.ofMillis(50));
    assertThat(tally.within(0.99)).isEqualTo(Duration.ofMillis(99));
    assertThat(tally.within(1)).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void answerSlowerThanEverythingIsStillToldExactly() {
    tally.answered(ICR, "z1", Duration.ofSeconds(25));
    assertThat(tally.count().slowest()).isEqualTo(Duration.ofSeconds(25));
  }
}
