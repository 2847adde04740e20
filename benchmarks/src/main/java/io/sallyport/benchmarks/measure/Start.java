package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.load.Probe;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import java.time.Duration;
import java.util.List;

/** How soon the first client is served. */
public final class Start implements Measure {
  private static final String ID = "start";
  private static final Metric FIRST =
      new Metric(ID, "first-session", "start to first session served", "ms", Better.LESS);
  private static final Metric CPU = new Metric(ID, "cpu", "CPU time until then", "ms", Better.LESS);
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int STARTS = 3;

  @Override
  public Chapter chapter() {
    return new Chapter(
        ID,
        "Start",
        "From the start of the process until a first request has been answered through it; tried"
            + " every millisecond. "
            + STARTS
            + " starts a round.");
  }

  @Override
  public void measure(Turn turn) {
    for (int i = 0; i < STARTS; i++) {
      long before = System.nanoTime();
      turn.bench()
          .withStarting(
              turn.contender(),
              List.of(Bench.requests()),
              (lane, files) -> {
                Probe.awaitAnswer(lane.entry(Bench.requests()), BOUND, lane::alive, lane::tail);
                turn.add(FIRST, (System.nanoTime() - before) / 1e6);
                turn.add(CPU, lane.cpu().toNanos() / 1e6);
              });
    }
  }
}
