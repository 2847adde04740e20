package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DebounceTest {
  private static final long MS = 1_000_000;

  private final Debounce debounce = new Debounce(Duration.ofMillis(50), Duration.ofMillis(400));

  @Test
  void theFirstGoesAtOnceAndThePauseDoublesWhileChangesKeepComing() {
    assertThat(debounce.delay(0, false)).isZero();
    debounce.sent(0, false);
    assertThat(debounce.delay(0, false)).isEqualTo(50 * MS);
    assertThat(debounce.delay(20 * MS, false)).isEqualTo(30 * MS);
    debounce.sent(50 * MS, false);
    assertThat(debounce.delay(50 * MS, false)).isEqualTo(100 * MS);
    debounce.sent(150 * MS, false);
    debounce.sent(350 * MS, false);
    debounce.sent(750 * MS, false);
    assertThat(debounce.delay(750 * MS, false)).as("not past the longest").isEqualTo(400 * MS);
  }

  @Test
  void afterASilenceAChangeIsAFirstOneAgain() {
    debounce.sent(0, false);
    debounce.sent(50 * MS, false);
    assertThat(debounce.delay(10_000 * MS, false)).isZero();
    debounce.sent(10_000 * MS, false);
    assertThat(debounce.delay(10_000 * MS, false)).isEqualTo(50 * MS);
  }

  @Test
  void changesOfEndpointsDoNotWait() {
    debounce.sent(0, false);
    assertThat(debounce.delay(1, true)).isZero();
    debounce.sent(1, true);
    assertThat(debounce.delay(1, false)).as("and lengthen nobody's pause").isEqualTo(50 * MS - 1);
  }
}
