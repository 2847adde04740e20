package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.report.Figures;
import io.sallyport.benchmarks.report.Metric;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One contender's turn in one round.
 *
 * @param round from 1
 */
public record Turn(Contender contender, int round, Bench bench, Figures figures) {
  void add(Metric metric, double value) {
    figures.add(metric, contender.id(), round, value);
  }

  void remark(Metric metric, String text) {
    figures.remark(metric.measure(), contender.title() + ", round " + round + ": " + text);
  }

  Plan plan() {
    return bench.plan();
  }

  Tools tools() {
    return bench.tools();
  }

  static void rest(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
