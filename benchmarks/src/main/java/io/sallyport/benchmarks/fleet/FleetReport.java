package io.sallyport.benchmarks.fleet;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.sallyport.benchmarks.report.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The report of a fleet, for people and for programs.
 *
 * @param facts of the machine, the programs and the run, by their names
 * @param figures what was measured
 */
record FleetReport(SequencedMap<String, String> facts, FleetFigures figures) {
  private static final int MOST_SAMPLES = 1_000;

  /** Writes fleet.md and fleet.json. */
  void write(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("fleet.md"), markdown());
      Files.writeString(directory.resolve("fleet.json"), json());
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  String markdown() {
    StringBuilder text = new StringBuilder("# A simulated fleet\n\n| | |\n|---|---|\n");
    facts.forEach(
        (name, value) -> text.append("| ").append(name).append(" | ").append(value).append(" |\n"));
    text.append("\n| measured | unit | median | p99 | largest | figures |\n");
    text.append("|---|---|---|---|---|---|\n");
    figures
        .all()
        .forEach((figure, values) -> {
          Quantiles brief = Quantiles.of(values);
          text.append("| ").append(figure.title()).append(" | ").append(figure.unit());
          text.append(" | ").append(Numbers.text(brief.median()));
          text.append(" | ").append(Numbers.text(brief.p99()));
          text.append(" | ").append(Numbers.text(brief.most()));
          text.append(" | ").append(brief.count()).append(" |\n");
        });
    text.append("\nOf fewer than 100 figures the p99 is the largest one.\n");
    figures.remarks().forEach(remark -> text.append("\n- ").append(remark));
    return text.append(figures.remarks().isEmpty() ? "" : "\n").toString();
  }

  String json() {
    List<Map<String, Object>> measured = new ArrayList<>();
    figures
        .all()
        .forEach((figure, values) -> {
          Quantiles brief = Quantiles.of(values);
          Map<String, Object> object = new LinkedHashMap<>();
          object.put("id", figure.id());
          object.put("title", figure.title());
          object.put("unit", figure.unit());
          object.put("median", brief.median());
          object.put("p99", brief.p99());
          object.put("most", brief.most());
          object.put("count", brief.count());
          if (values.size() <= MOST_SAMPLES) {
            object.put("values", values);
          }
          measured.add(object);
        });
    Map<String, Object> whole = new LinkedHashMap<>();
    whole.put("facts", facts);
    whole.put("measured", measured);
    whole.put("remarks", figures.remarks());
    return ConfigValueFactory.fromMap(whole)
            .render(ConfigRenderOptions.concise().setFormatted(true))
        + "\n";
  }
}
