package io.sallyport.distribution.admin;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All metrics of the agent in Prometheus' text format.
 *
 * @since 0.1
 */
public final class PrometheusText {
  /** The page's content type. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final RegistryMetrics registry;
  private final ProcessMetrics process;

  /** Tells a registry's metrics and those of this process. */
  public PrometheusText(MetricRegistry registry) {
    this.registry = new RegistryMetrics(registry);
    process = new ProcessMetrics(Path.of("/proc/self/status"));
  }

  /** The metrics as they are now. Any thread. */
  public MetricSnapshots now() {
    List<MetricSnapshot> all = new ArrayList<>(registry.snapshots());
    all.addAll(process.snapshots());
    return new MetricSnapshots(all);
  }

  /** Writes a page. Any thread. */
  public void write(MetricSnapshots metrics, OutputStream out) throws IOException {
    writer.write(out, metrics, EscapingScheme.UNDERSCORE_ESCAPING);
  }
}
