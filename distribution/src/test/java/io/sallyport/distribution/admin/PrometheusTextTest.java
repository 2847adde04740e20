package io.sallyport.distribution.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Clock;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.SlidingWindowReservoir;
import com.codahale.metrics.Timer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
  private final MetricRegistry registry = new MetricRegistry();
  private final PrometheusText text = new PrometheusText(registry);

  @Test
  void countersOfOneNameBecomeOneFamily() {
    registry.counter("sessions_total{service=\"icr\",port=\"443\"}").inc(3);
    registry.counter("sessions_total{service=\"icr\",port=\"4443\"}").inc(4);
    assertThat(ours())
        .containsExactly(
            "# HELP sallyport_sessions_total Sessions of the listener since it opened.",
            "# TYPE sallyport_sessions_total counter",
            "sallyport_sessions_total{port=\"443\",service=\"icr\"} 3.0",
            "sallyport_sessions_total{port=\"4443\",service=\"icr\"} 4.0");
  }

  @Test
  void whatDoesNotEndInTotalIsAGauge() {
    registry.counter("sessions_active").inc(2);
    Gauge<Boolean> refused = () -> true;
    registry.register("catalog_refused", refused);
    assertThat(ours())
        .containsExactly(
            "# HELP sallyport_catalog_refused 1 while the catalog's file is refused and an older"
                + " one serves.",
            "# TYPE sallyport_catalog_refused gauge",
            "sallyport_catalog_refused 1.0",
            "# HELP sallyport_sessions_active Sessions of the listener now.",
            "# TYPE sallyport_sessions_active gauge",
            "sallyport_sessions_active 2.0");
  }

  @Test
  void aGaugeThatEndsInTotalIsACounter() {
    Gauge<Long> bytes = () -> 5L;
    registry.register("bytes_total", bytes);
    assertThat(ours())
        .containsExactly("# TYPE sallyport_bytes_total counter", "sallyport_bytes_total 5.0");
  }

  @Test
  void timersAreToldInSeconds() {
    Timer timer = new Timer(new SlidingWindowReservoir(8), Clock.defaultClock());
    timer.update(Duration.ofMillis(250));
    registry.register("connect_seconds{service=\"icr\"}", timer);
    assertThat(ours())
        .containsExactly(
            "# TYPE sallyport_connect_seconds summary",
            "sallyport_connect_seconds{service=\"icr\",quantile=\"0.5\"} 0.25",
            "sallyport_connect_seconds{service=\"icr\",quantile=\"0.95\"} 0.25",
            "sallyport_connect_seconds{service=\"icr\",quantile=\"0.99\"} 0.25",
            "sallyport_connect_seconds_count{service=\"icr\"} 1");
  }

  @Test
  void histogramsAreToldAsTheyAre() {
    Histogram histogram = new Histogram(new SlidingWindowReservoir(8));
    histogram.update(7);
    registry.register("attempts", histogram);
    assertThat(ours()).contains("sallyport_attempts{quantile=\"0.5\"} 7.0");
  }

  @Test
  void labelValuesMayHoldAnything() {
    registry.counter("odd_total{service=\"a\\\"b\\\\c\\nd,e=f}\"}").inc();
    assertThat(ours()).contains("sallyport_odd_total{service=\"a\\\"b\\\\c\\nd,e=f}\"} 1.0");
  }

  @Test
  void aGaugeThatThrowsLeavesTheOthersAlone() {
    Gauge<Integer> broken =
        () -> {
          throw new IllegalStateException("no");
        };
    registry.register("broken", broken);
    registry.counter("whole_total").inc();
    assertThat(ours()).contains("sallyport_whole_total 1.0").noneMatch(l -> l.contains("broken"));
  }

  @Test
  void aNameWithoutTheFormLeavesTheOthersAlone() {
    registry.counter("half{service=\"a").inc();
    registry.counter("9-not a name").inc();
    registry.counter("whole_total").inc();
    assertThat(ours()).contains("sallyport_whole_total 1.0").noneMatch(l -> l.contains("half"));
  }

  @Test
  void theProcessTellsOfItself() {
    assertThat(page().lines())
        .anyMatch(line -> line.matches("process_open_fds [1-9]\\d*\\.0"))
        .anyMatch(line -> line.matches("process_max_fds .+"))
        .anyMatch(line -> line.matches("process_resident_memory_bytes \\d.*"))
        .anyMatch(line -> line.matches("process_cpu_seconds_total \\d.*"))
        .anyMatch(line -> line.matches("process_start_time_seconds \\d.*"))
        .anyMatch(line -> line.matches("jvm_memory_used_bytes\\{area=\"heap\"} \\d.*"))
        .anyMatch(line -> line.matches("jvm_memory_used_bytes\\{area=\"nonheap\"} \\d.*"))
        .anyMatch(line -> line.matches("jvm_threads_current \\d.*"))
        .anyMatch(line -> line.matches("jvm_gc_collection_seconds_count\\{gc=.+} \\d+"))
        .anyMatch(line -> line.matches("jvm_gc_collection_seconds_sum\\{gc=.+} .+"));
  }

  private String page() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      text.write(text.now(), out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private List<String> ours() {
    return page().lines().filter(line -> line.contains("sallyport_")).toList();
  }
}
