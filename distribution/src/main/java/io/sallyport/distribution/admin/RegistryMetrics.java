package io.sallyport.distribution.admin;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.Timer;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The registry's metrics as Prometheus knows them, all with the prefix {@code sallyport_}. The name
 * decides the kind: what ends in {@code _total} is a counter, timers and histograms are summaries,
 * everything else is a gauge. Timers count nanoseconds and are told in seconds.
 */
final class RegistryMetrics {
  private static final String PREFIX = "sallyport_";
  private static final double NANOS = 1e9;

  private final MetricRegistry registry;

  RegistryMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  /** All metrics with a value, in the order of their names. Any thread. */
  List<MetricSnapshot> snapshots() {
    Families families = new Families();
    registry
        .getMetrics()
        .forEach((text, metric) -> Series.parse(text).ifPresent(s -> families.add(s, metric)));
    return families.all();
  }

  /** Series of one name, gathered. */
  private static final class Families {
    private final Map<String, CounterSnapshot.Builder> counters = new TreeMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new TreeMap<>();
    private final Map<String, SummarySnapshot.Builder> summaries = new TreeMap<>();

    void add(Series series, Metric metric) {
      Optional<SummaryDataPointSnapshot> summary = summary(series, metric);
      if (summary.isPresent()) {
        summaries
            .computeIfAbsent(series.name(), name -> summary(series.name(), name))
            .dataPoint(summary.get());
        return;
      }
      OptionalDouble value = value(metric);
      if (value.isEmpty()) {
        return;
      }
      if (series.counter()) {
        counters
            .computeIfAbsent(series.withoutTotal(), name -> counter(series.name(), name))
            .dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(series.labels())
                    .value(Math.max(0, value.getAsDouble()))
                    .build());
      } else {
        gauges
            .computeIfAbsent(series.name(), name -> gauge(series.name(), name))
            .dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(series.labels())
                    .value(value.getAsDouble())
                    .build());
      }
    }

    List<MetricSnapshot> all() {
      List<MetricSnapshot> all = new ArrayList<>();
      counters.values().forEach(builder -> all.add(builder.build()));
      gauges.values().forEach(builder -> all.add(builder.build()));
      summaries.values().forEach(builder -> all.add(builder.build()));
      return all;
    }
  }

  private static CounterSnapshot.Builder counter(String series, String name) {
    CounterSnapshot.Builder builder = CounterSnapshot.builder().name(PREFIX + name);
    MetricHelp.of(series).ifPresent(builder::help);
    return builder;
  }

  private static GaugeSnapshot.Builder gauge(String series, String name) {
    GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(PREFIX + name);
    MetricHelp.of(series).ifPresent(builder::help);
    return builder;
  }

  private static SummarySnapshot.Builder summary(String series, String name) {
    SummarySnapshot.Builder builder = SummarySnapshot.builder().name(PREFIX + name);
    MetricHelp.of(series).ifPresent(builder::help);
    return builder;
  }

  private static OptionalDouble value(Metric metric) {
    return switch (metric) {
      case Counting counting -> OptionalDouble.of((double) counting.getCount());
      case Gauge<?> gauge -> number(gauge);
      default -> OptionalDouble.empty();
    };
  }

  /** A gauge that cannot tell its value leaves the other metrics alone. */
  private static OptionalDouble number(Gauge<?> gauge) {
    try {
      return switch (gauge.getValue()) {
        case Number number -> OptionalDouble.of(number.doubleValue());
        case Boolean flag -> OptionalDouble.of(flag ? 1 : 0);
        case null, default -> OptionalDouble.empty();
      };
    } catch (RuntimeException fault) {
      return OptionalDouble.empty();
    }
  }

  private static Optional<SummaryDataPointSnapshot> summary(Series series, Metric metric) {
    return switch (metric) {
      case Timer timer ->
          Optional.of(summary(series, timer.getCount(), timer.getSnapshot(), NANOS));
      case Histogram histogram ->
          Optional.of(summary(series, histogram.getCount(), histogram.getSnapshot(), 1));
      default -> Optional.empty();
    };
  }

  private static SummaryDataPointSnapshot summary(
      Series series, long count, Snapshot values, double unit) {
    return SummaryDataPointSnapshot.builder()
        .labels(series.labels())
        .count(count)
        .quantiles(
            Quantiles.builder()
                .quantile(0.5, values.getMedian() / unit)
                .quantile(0.95, values.get95thPercentile() / unit)
                .quantile(0.99, values.get99thPercentile() / unit)
                .build())
        .build();
  }
}
