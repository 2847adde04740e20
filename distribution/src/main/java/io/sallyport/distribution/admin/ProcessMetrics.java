package io.sallyport.distribution.admin;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process and its JVM, under the names that Prometheus' client libraries have made usual. Asked
 * for at each scrape; nothing runs in between.
 */
final class ProcessMetrics {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;
  private static final long KIB = 1024;

  private final Path procStatus;

  /**
   * Reads resident memory where Linux tells it.
   *
   * @param procStatus {@code /proc/self/status}; may be absent
   */
  ProcessMetrics(Path procStatus) {
    this.procStatus = procStatus;
  }

  /** All of them. Any thread. */
  List<MetricSnapshot> snapshots() {
    List<MetricSnapshot> all = new ArrayList<>();
    var runtime = ManagementFactory.getRuntimeMXBean();
    all.add(
        gauge(
            "process_start_time_seconds",
            "When the process started, in seconds since 1970.",
            point(Labels.EMPTY, runtime.getStartTime() / MILLIS)));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      all.add(
          CounterSnapshot.builder()
              .name("process_cpu_seconds")
              .help("CPU time that the process has used.")
              .dataPoint(
                  CounterDataPointSnapshot.builder()
                      .value(Math.max(0, unix.getProcessCpuTime() / NANOS))
                      .build())
              .build());
      all.add(
          gauge(
              "process_open_fds",
              "File descriptors that are open.",
              point(Labels.EMPTY, unix.getOpenFileDescriptorCount())));
      all.add(
          gauge(
              "process_max_fds",
              "File descriptors that may be open.",
              point(Labels.EMPTY, unix.getMaxFileDescriptorCount())));
    }
    resident()
        .ifPresent(bytes ->
            all.add(
                gauge(
                    "process_resident_memory_bytes",
                    "Memory that the process has in RAM.",
                    point(Labels.EMPTY, bytes))));
    memory(all);
    all.add(
        gauge(
            "jvm_threads_current",
            "Threads of the JVM.",
            point(Labels.EMPTY, ManagementFactory.getThreadMXBean().getThreadCount())));
    all.add(collections());
    return all;
  }

  private static void memory(List<MetricSnapshot> all) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage other = memory.getNonHeapMemoryUsage();
    all.add(
        gauge(
            "jvm_memory_used_bytes",
            "Memory in use, by area.",
            point(area("heap"), heap.getUsed()),
            point(area("nonheap"), other.getUsed())));
    all.add(
        gauge(
            "jvm_memory_committed_bytes",
            "Memory taken from the system, by area.",
            point(area("heap"), heap.getCommitted()),
            point(area("nonheap"), other.getCommitted())));
    all.add(
        gauge(
            "jvm_memory_max_bytes",
            "Memory that may be used, by area; -1 where nothing limits it.",
            point(area("heap"), heap.getMax()),
            point(area("nonheap"), other.getMax())));
  }

  private static MetricSnapshot collections() {
    SummarySnapshot.Builder collections =
        SummarySnapshot.builder()
            .name("jvm_gc_collection_seconds")
            .help("Garbage collections and the time they took, by collector.");
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections.dataPoint(
          SummaryDataPointSnapshot.builder()
              .labels(Labels.of("gc", collector.getName()))
              .count(Math.max(0, collector.getCollectionCount()))
              .sum(Math.max(0, collector.getCollectionTime() / MILLIS))
              .build());
    }
    return collections.build();
  }

  private OptionalLong resident() {
    try {
      Matcher line = RESIDENT.matcher(Files.readString(procStatus));
      return line.find()
          ? OptionalLong.of(Long.parseLong(line.group(1)) * KIB)
          : OptionalLong.empty();
    } catch (IOException notLinux) {
      return OptionalLong.empty();
    }
  }

  private static Labels area(String area) {
    return Labels.of("area", area);
  }

  private static GaugeDataPointSnapshot point(Labels labels, long value) {
    return point(labels, (double) value);
  }

  private static GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  private static MetricSnapshot gauge(
      String name, String help, GaugeDataPointSnapshot... dataPoints) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (GaugeDataPointSnapshot dataPoint : dataPoints) {
      gauge.dataPoint(dataPoint);
    }
    return gauge.build();
  }
}
