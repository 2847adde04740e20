package io.sallyport.benchmarks;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.measure.Bench;
import io.sallyport.benchmarks.measure.Measure;
import io.sallyport.benchmarks.measure.Turn;
import io.sallyport.benchmarks.report.Column;
import io.sallyport.benchmarks.report.Comparison;
import io.sallyport.benchmarks.report.Figures;
import io.sallyport.benchmarks.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Runs the measures one after the other. Within each, the contenders take turns round by round, and
 * every round begins with another one, so that a drift of the machine meets all of them.
 */
final class Rounds {
  private static final int LONGEST = 400;

  private final Bench bench;
  private final List<Contender> contenders;
  private final List<Measure> measures;
  private final Consumer<String> progress;
  private final Figures figures = new Figures();
  private volatile boolean stopped;

  Rounds(
      Bench bench, List<Contender> contenders, List<Measure> measures, Consumer<String> progress) {
    this.bench = bench;
    this.contenders = List.copyOf(contenders);
    this.measures = List.copyOf(measures);
    this.progress = progress;
  }

  /** Measures all, and writes the report anew after every measure. */
  void run(SequencedMap<String, String> facts, Path directory) {
    List<Column> columns =
        contenders.stream().map(one -> new Column(one.id(), one.title(), one.settings())).toList();
    Report report =
        new Report(
            facts,
            columns,
            measures.stream().map(Measure::chapter).toList(),
            figures,
            new Comparison("sallyport", List.of("haproxy", "haproxy-splice")));
    for (Measure measure : measures) {
      run(measure);
      if (stopped) {
        return;
      }
      report.write(directory);
    }
  }

  /** No further turn, and no further report. Any thread. */
  void stop() {
    stopped = true;
  }

  private void run(Measure measure) {
    String id = measure.chapter().id();
    List<Contender> turns = measure.contenders(contenders);
    try {
      measure.prepare(bench, turns, figures);
    } catch (RuntimeException fault) {
      failed(id, "before the first round: ", fault);
      return;
    }
    for (int round = 1; round <= measure.rounds(bench.plan()); round++) {
      for (Contender contender : rotated(turns, round - 1)) {
        if (stopped) {
          return;
        }
        progress.accept(id + ", round " + round + ", " + contender.title());
        try {
          measure.measure(new Turn(contender, round, bench, figures));
        } catch (RuntimeException fault) {
          // The others' figures are worth having.
          failed(id, contender.title() + ", round " + round + ": ", fault);
        }
      }
      measure.conclude(round, turns, figures);
    }
  }

  private void failed(String id, String where, RuntimeException fault) {
    String text = where + "failed: " + fault.getMessage();
    progress.accept(text);
    String line = text.strip().replaceAll("\\s+", " ");
    figures.remark(id, line.length() > LONGEST ? line.substring(0, LONGEST) + " …" : line);
  }

  static <T> List<T> rotated(List<T> all, int by) {
    List<T> turned = new ArrayList<>(all);
    Collections.rotate(turned, -by);
    return turned;
  }
}
