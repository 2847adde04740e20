package io.sallyport.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A measure as bars: a panel for each metric with its own scale, a bar for each contender, as long
 * as the median, with a whisker from the smallest to the largest figure.
 */
final class BarPlot {
  private static final int WIDTH = 860;
  private static final int LABELS = 190;
  private static final int VALUES = 190;
  private static final int ROW = 24;
  private static final int BAR = 16;
  private static final int PANEL_HEAD = 34;
  private static final int PANEL_GAP = 14;
  private static final int TOP = 52;

  private static final Map<String, String> COLOURS =
      Map.of(
          "no-proxy", "#9aa0a6",
          "haproxy", "#5b8dc9",
          "haproxy-splice", "#2c5f9e",
          "sallyport", "#e07b39");

  private final StringBuilder svg = new StringBuilder();
  private int y = TOP;

  private BarPlot() {}

  static String svg(Report report, Chapter chapter) {
    BarPlot plot = new BarPlot();
    for (Metric metric : report.figures().metrics(chapter.id())) {
      plot.panel(report, metric);
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" font-family="DejaVu Sans, Verdana, sans-serif">
    <rect width="%1$d" height="%2$d" fill="#ffffff"/>
    <text x="16" y="30" font-size="18" font-weight="bold" fill="#202124">%3$s</text>
    %4$s</svg>
    """
        .formatted(WIDTH, plot.y + 6, escaped(chapter.title()), plot.svg);
  }

  private void panel(Report report, Metric metric) {
    String direction = metric.better() == Metric.Better.MORE ? "more is better" : "less is better";
    text(16, y + 16, "13", "#202124", "start", metric.title() + ", " + metric.unit());
    text(WIDTH - 16, y + 16, "11", "#5f6368", "end", direction);
    y += PANEL_HEAD;
    List<Column> columns =
        report.columns().stream()
            .filter(column -> report.figures().spread(metric, column.id()).isPresent())
            .toList();
    double most =
        columns.stream()
            .flatMap(column -> report.figures().spread(metric, column.id()).stream())
            .mapToDouble(Spread::most)
            .max()
            .orElse(0);
    double scale = most > 0 ? (WIDTH - LABELS - VALUES) / most : 0;
    line(LABELS, y - 6, LABELS, y + columns.size() * ROW - 2, "#bdc1c6", 1);
    for (Column column : columns) {
      Optional<Spread> spread = report.figures().spread(metric, column.id());
      spread.ifPresent(found -> bar(column, found, scale));
    }
    y += PANEL_GAP;
  }

  private void bar(Column column, Spread spread, double scale) {
    String colour = COLOURS.getOrDefault(column.id(), "#7b5ea7");
    double length = Math.max(0, spread.median()) * scale;
    text(LABELS - 8, y + 12, "12", "#3c4043", "end", column.title());
    add(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>"
            .formatted(LABELS, y, format(length), BAR, colour));
    double from = LABELS + Math.max(0, spread.least()) * scale;
    double to = LABELS + Math.max(0, spread.most()) * scale;
    if (spread.rounds() > 1) {
      double middle = y + BAR / 2.0;
      line(from, middle, to, middle, "#202124", 1.2);
      line(from, middle - 4, from, middle + 4, "#202124", 1.2);
      line(to, middle - 4, to, middle + 4, "#202124", 1.2);
    }
    String range =
        spread.rounds() > 1
            ? " (" + Numbers.text(spread.least()) + "–" + Numbers.text(spread.most()) + ")"
            : "";
    text(
        Math.max(LABELS + length, to) + 8,
        y + 12,
        "12",
        "#202124",
        "start",
        Numbers.text(spread.median()) + range);
    y += ROW;
  }

  private void text(double x, double y, String size, String colour, String anchor, String words) {
    add(
        "<text x=\"%s\" y=\"%s\" font-size=\"%s\" fill=\"%s\" text-anchor=\"%s\">%s</text>"
            .formatted(format(x), format(y), size, colour, anchor, escaped(words)));
  }

  private void line(double x1, double y1, double x2, double y2, String colour, double width) {
    add(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\"/>"
            .formatted(format(x1), format(y1), format(x2), format(y2), colour, format(width)));
  }

  private void add(String element) {
    svg.append(element).append('\n');
  }

  private static String format(double length) {
    return String.format(Locale.ROOT, "%.1f", length);
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
