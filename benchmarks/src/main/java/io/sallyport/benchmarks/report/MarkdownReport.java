package io.sallyport.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The report for people. */
final class MarkdownReport {
  private MarkdownReport() {}

  static String text(Report report) {
    StringBuilder text = new StringBuilder("# Sallyport, HAProxy and no proxy, side by side\n\n");
    text.append("| | |\n|---|---|\n");
    report.facts().forEach((name, value) -> row(text, List.of(name, value)));
    text.append("\n| contender | settings |\n|---|---|\n");
    report.columns().forEach(column -> row(text, List.of(column.title(), column.settings())));
    text.append(
        """

        Each figure is the median over the rounds, with the smallest and the largest in parentheses.
        The last column is Sallyport's median divided by the better one of HAProxy's two.
        """);
    for (Chapter chapter : report.chapters()) {
      chapter(text, report, chapter);
    }
    return text.toString();
  }

  private static void chapter(StringBuilder text, Report report, Chapter chapter) {
    List<Metric> metrics = report.figures().metrics(chapter.id());
    List<String> remarks = report.figures().remarks(chapter.id());
    if (metrics.isEmpty() && remarks.isEmpty()) {
      return;
    }
    text.append("\n## ").append(chapter.title()).append("\n\n");
    text.append(chapter.method()).append("\n\n");
    if (!metrics.isEmpty()) {
      table(text, report, metrics);
      text.append("\n![").append(chapter.title()).append("](");
      text.append(Report.plot(chapter)).append(")\n");
    }
    if (!remarks.isEmpty()) {
      text.append('\n');
      remarks.forEach(remark -> text.append("- ").append(remark).append('\n'));
    }
  }

  private static void table(StringBuilder text, Report report, List<Metric> metrics) {
    List<String> head = new ArrayList<>(List.of("measured", "unit"));
    report.columns().forEach(column -> head.add(column.title()));
    head.add("Sallyport / HAProxy");
    row(text, head);
    text.append("|---|---|").append("---|".repeat(head.size() - 2)).append('\n');
    for (Metric metric : metrics) {
      List<String> cells = new ArrayList<>(List.of(metric.title(), metric.unit()));
      for (Column column : report.columns()) {
        cells.add(
            report.figures().spread(metric, column.id()).map(MarkdownReport::cell).orElse("–"));
      }
      OptionalDouble ratio = report.comparison().ratio(report.figures(), metric);
      cells.add(
          ratio.isEmpty()
              ? "–"
              : String.format(
                  Locale.ROOT,
                  "%.2f, %s",
                  ratio.getAsDouble(),
                  Comparison.verdict(metric, ratio.getAsDouble())));
      row(text, cells);
    }
  }

  private static String cell(Spread spread) {
    String median = "**" + Numbers.text(spread.median()) + "**";
    return spread.rounds() == 1
        ? median
        : median + " (" + Numbers.text(spread.least()) + "–" + Numbers.text(spread.most()) + ")";
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ");
    text.append(String.join(" | ", cells.stream().map(MarkdownReport::escaped).toList()));
    text.append(" |\n");
  }

  private static String escaped(String cell) {
    return cell.replace("|", "\\|");
  }
}
