package io.sallyport.engine.status;

/**
 * Names of metrics that carry labels, in the form of a Prometheus series without its prefix: {@code
 * sessions_total{service="icr",port="443"}}. Counters end in {@code _total}.
 *
 * @since 0.1
 */
public final class MetricNames {
  private MetricNames() {}

  /**
   * Builds a name.
   *
   * @param metric the series' name, in snake_case
   * @param labels keys and values in turn; values are escaped as the Prometheus text format says
   */
  public static String of(String metric, String... labels) {
    if (labels.length == 0) {
      return metric;
    }
    StringBuilder name = new StringBuilder(metric).append('{');
    for (int i = 0; i + 1 < labels.length; i += 2) {
      if (i > 0) {
        name.append(',');
      }
      String value = labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      name.append(labels[i]).append("=\"").append(value).append('"');
    }
    return name.append('}').toString();
  }
}
