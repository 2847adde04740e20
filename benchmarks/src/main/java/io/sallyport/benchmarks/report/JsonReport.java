package io.sallyport.benchmarks.report;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report for programs: the same, and the figures of every round. */
final class JsonReport {
  private JsonReport() {}

  static String text(Report report) {
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("facts", report.facts());
    whole.put(
        "contenders",
        report.columns().stream()
            .map(column ->
                Map.of("id", column.id(), "title", column.title(), "settings", column.settings()))
            .toList());
    List<Map<String, Object>> measures = new ArrayList<>();
    for (Chapter chapter : report.chapters()) {
      measures.add(
          Map.of(
              "id",
              chapter.id(),
              "title",
              chapter.title(),
              "method",
              chapter.method(),
              "remarks",
              report.figures().remarks(chapter.id()),
              "metrics",
              report.figures().metrics(chapter.id()).stream()
                  .map(metric -> metric(report, metric))
                  .toList()));
    }
    whole.put("measures", measures);
    return ConfigValueFactory.fromMap(whole)
            .render(ConfigRenderOptions.concise().setFormatted(true))
        + "\n";
  }

  private static Map<String, Object> metric(Report report, Metric metric) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", metric.id());
    object.put("title", metric.title());
    object.put("unit", metric.unit());
    object.put("better", metric.better().name().toLowerCase(Locale.ROOT));
    report
        .comparison()
        .ratio(report.figures(), metric)
        .ifPresent(ratio -> object.put("sallyport-to-best-haproxy", ratio));
    Map<String, Object> contenders = new LinkedHashMap<>();
    for (Column column : report.columns()) {
      report
          .figures()
          .spread(metric, column.id())
          .ifPresent(spread ->
              contenders.put(
                  column.id(),
                  Map.of(
                      "median",
                      spread.median(),
                      "least",
                      spread.least(),
                      "most",
                      spread.most(),
                      "rounds",
                      report.figures().values(metric, column.id()))));
    }
    object.put("figures", contenders);
    return object;
  }
}
