package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Figures;
import java.util.List;

/** Something that is measured of each contender in turn. */
public sealed interface Measure
    permits Requests, Bulk, Latency, SystemCalls, Memory, Start, Listeners, Reloading {
  Chapter chapter();

  /** Measures one contender once, and notes its figures. */
  void measure(Turn turn);

  /** Which of the contenders it makes sense for. */
  default List<Contender> contenders(List<Contender> all) {
    return all.stream().filter(Contender::proxies).toList();
  }

  /** How many rounds it takes. */
  default int rounds(Plan plan) {
    return plan.rounds();
  }

  /** What must be known before the first turn. */
  default void prepare(Bench bench, List<Contender> contenders, Figures figures) {}

  /** What follows from all turns of a round. */
  default void conclude(int round, List<Contender> contenders, Figures figures) {}

  /** Every measure, in the order of the report. */
  static List<Measure> all() {
    return List.of(
        Requests.keptAlive(),
        Requests.connecting(),
        new Bulk(),
        new Latency(),
        new SystemCalls(),
        new Memory(),
        new Start(),
        new Listeners(),
        new Reloading());
  }
}
