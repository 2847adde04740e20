package io.sallyport.engine.cluster;

import static io.sallyport.engine.cluster.ClusterLab.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.Spreading;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectTimeTest {
  private static final long MILLIS = 1_000_000;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final ConnectTime time = new ConnectTime(now::get);

  private void pass(Duration duration) {
    now.addAndGet(duration.toNanos());
  }

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(time.nanos()).isZero();
  }

  @Test
  void slowerSampleCountsAtOnceAndWhole() {
    time.took(2 * MILLIS);
    assertThat(time.nanos()).isEqualTo(2 * MILLIS);
    time.took(900 * MILLIS);
    assertThat(time.nanos()).isEqualTo(900 * MILLIS);
  }

  @Test
  void firstSampleMakesWayForTheSecond() {
    time.took(131 * MILLIS);
    assertThat(time.nanos()).isEqualTo(131 * MILLIS);
    time.took(2 * MILLIS);
    assertThat(time.nanos()).isEqualTo(2 * MILLIS);
    time.took(MILLIS);
    assertThat(time.nanos()).isEqualTo(2 * MILLIS);
  }

  @Test
  void fasterSamplesMakeItForgetTheSlowOneInTime() {
    time.took(MILLIS);
    time.took(1000 * MILLIS);
    time.took(MILLIS);
    assertThat(time.nanos()).as("at the same moment").isEqualTo(1000 * MILLIS);
    for (int second = 0; second < 10; second++) {
      pass(Duration.ofSeconds(1));
      time.took(MILLIS);
    }
    // A part of 1/e is left of it after ten seconds.
    assertThat(time.nanos()).isBetween(367 * MILLIS, 370 * MILLIS);
    for (int second = 0; second < 60; second++) {
      pass(Duration.ofSeconds(1));
      time.took(MILLIS);
    }
    assertThat(time.nanos()).isBetween(MILLIS, 3 * MILLIS);
  }

  @Test
  void howOftenItIsSampledDoesNotMatter() {
    ConnectTime other = new ConnectTime(now::get);
    time.took(MILLIS);
    other.took(MILLIS);
    time.took(1000 * MILLIS);
    other.took(1000 * MILLIS);
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMillis(100));
      time.took(MILLIS);
    }
    other.took(MILLIS);
    assertThat(time.nanos() - other.nanos()).isBetween(-MILLIS, MILLIS);
  }

  @Test
  void whatIsTwoMinutesOldSaysNothing() {
    time.took(7 * MILLIS);
    pass(Duration.ofMinutes(2));
    assertThat(time.nanos()).isEqualTo(7 * MILLIS);
    pass(Duration.ofNanos(1));
    assertThat(time.nanos()).isZero();
    time.took(3 * MILLIS);
    assertThat(time.nanos()).isEqualTo(3 * MILLIS);
  }

  @Test
  void sampleOfNothingStillIsOne() {
    time.took(0);
    assertThat(time.nanos()).isEqualTo(1);
  }

  @Test
  void probesThatPassAreSamplesAndThoseThatFailAreNot() {
    try (ClusterLab lab = new ClusterLab(Locality.UNKNOWN)) {
      // The lab's checks take as many milliseconds as the name has letters.
      lab.serve(ClusterLab.port(Spreading.PLAIN, List.of(in("quick", 1), in("rather-slow", 1))));
      assertThat(lab.endpoint("quick-1").connectNanos()).isEqualTo(7 * MILLIS);
      assertThat(lab.endpoint("rather-slow-1").connectNanos()).isEqualTo(13 * MILLIS);
      lab.endpoint("quick-1").connectTook(40 * MILLIS);
      assertThat(lab.endpoint("quick-1").connectNanos()).isEqualTo(40 * MILLIS);
      lab.die("quick-1");
      assertThat(lab.endpoint("quick-1").connectNanos()).isEqualTo(40 * MILLIS);
    }
  }
}
