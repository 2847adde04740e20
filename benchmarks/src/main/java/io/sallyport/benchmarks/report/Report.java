package io.sallyport.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;

/**
 * The whole report.
 *
 * @param facts of the machine, the programs and the run, by their names
 * @param columns the contenders
 * @param chapters the measures
 * @param figures what they measured
 * @param comparison which two sides are compared
 */
public record Report(
    SequencedMap<String, String> facts,
    List<Column> columns,
    List<Chapter> chapters,
    Figures figures,
    Comparison comparison) {

  /** Writes report.md, report.json and one plot for each measure that has figures. */
  public void write(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("report.md"), MarkdownReport.text(this));
      Files.writeString(directory.resolve("report.json"), JsonReport.text(this));
      for (Chapter chapter : chapters) {
        if (!figures.metrics(chapter.id()).isEmpty()) {
          Files.writeString(directory.resolve(plot(chapter)), BarPlot.svg(this, chapter));
        }
      }
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  static String plot(Chapter chapter) {
    return chapter.id() + ".svg";
  }
}
