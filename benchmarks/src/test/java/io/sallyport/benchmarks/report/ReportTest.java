package io.sallyport.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.sallyport.benchmarks.report.Metric.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportTest {
  private static final Metric RATE = new Metric("load", "rate", "requests", "1/s", Better.MORE);
  private static final Metric CPU =
      new Metric("load", "cpu", "CPU <time>", "µs/request", Better.LESS);

  @TempDir private Path directory;
  private final Figures figures = new Figures();

  @BeforeEach
  void write() {
    add(RATE, "no-proxy", 200_000, 210_000, 190_000);
    add(RATE, "haproxy", 100_000, 110_000, 90_000);
    add(RATE, "haproxy-splice", 120_000, 120_000, 130_000);
    add(RATE, "sallyport", 90_000, 96_000, 99_000);
    add(CPU, "haproxy", 8, 8.5, 9);
    add(CPU, "haproxy-splice", 10, 11, 12);
    add(CPU, "sallyport", 4.25, 4, 4.5);
    figures.remark("load", "a remark");
    var facts = new LinkedHashMap<String, String>();
    facts.put("machine", "two | cores");
    new Report(
            facts,
            List.of(
                new Column("no-proxy", "no proxy", "none"),
                new Column("haproxy", "HAProxy", "the seed's"),
                new Column("haproxy-splice", "HAProxy, splice", "splice"),
                new Column("sallyport", "Sallyport", "as shipped")),
            List.of(new Chapter("load", "Load", "Much of it."), new Chapter("idle", "Idle", "-")),
            figures,
            new Comparison("sallyport", List.of("haproxy", "haproxy-splice")))
        .write(directory);
  }

  @Test
  void tellsMediansRangesAndTheRatioToTheBetterOfTheOthers() throws IOException {
    assertThat(Files.readString(directory.resolve("report.md")))
        .contains(
            "| machine | two \\| cores |",
            "## Load\n\nMuch of it.\n",
            "| requests | 1/s | **200 000** (190 000–210 000) | **100 000** (90 000–110 000)"
                + " | **120 000** (120 000–130 000) | **96 000** (90 000–99 000) | 0.80, behind |",
            "| CPU <time> | µs/request | – | **8.50** (8–9) | **11** (10–12) | **4.25** (4–4.50)"
                + " | 0.50, ahead |",
            "- a remark\n")
        .doesNotContain("## Idle");
  }

  @Test
  void theJsonHasTheFiguresOfEveryRound() throws IOException {
    Config json = ConfigFactory.parseString(Files.readString(directory.resolve("report.json")));
    Config rate = json.getConfigList("measures").getFirst().getConfigList("metrics").getFirst();
    assertThat(rate.getString("id")).isEqualTo("rate");
    assertThat(rate.getString("better")).isEqualTo("more");
    assertThat(rate.getDouble("sallyport-to-best-haproxy")).isEqualTo(0.8);
    assertThat(rate.getDoubleList("figures.sallyport.rounds"))
        .containsExactly(90_000.0, 96_000.0, 99_000.0);
    assertThat(rate.getDouble("figures.sallyport.median")).isEqualTo(96_000);
  }

  @Test
  void thePlotHasABarForEachMedianOfItsLength() throws Exception {
    Document plot =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(directory.resolve("load.svg").toFile());
    var bars = plot.getElementsByTagName("rect");
    // The background, four rates, three CPU times.
    assertThat(bars.getLength()).isEqualTo(8);
    double bare = width((Element) bars.item(1));
    assertThat(width((Element) bars.item(2))).isCloseTo(bare / 2, within());
    assertThat(width((Element) bars.item(4))).isCloseTo(bare * 0.48, within());
    assertThat(Files.exists(directory.resolve("idle.svg"))).isFalse();
  }

  @Test
  void aFigureThatIsNotThereGivesNoRatio() {
    Metric other = new Metric("load", "other", "other", "ms", Better.LESS);
    figures.add(other, "sallyport", 1, 5);
    assertThat(new Comparison("sallyport", List.of("haproxy")).ratio(figures, other)).isEmpty();
  }

  private static double width(Element rectangle) {
    return Double.parseDouble(rectangle.getAttribute("width"));
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(0.2);
  }

  private void add(Metric metric, String contender, double... values) {
    for (int i = 0; i < values.length; i++) {
      figures.add(metric, contender, i + 1, values[i]);
    }
  }
}
