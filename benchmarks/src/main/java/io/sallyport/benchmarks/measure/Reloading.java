package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.contender.Haproxy;
import io.sallyport.benchmarks.contender.NoProxy;
import io.sallyport.benchmarks.contender.Route;
import io.sallyport.benchmarks.contender.Sallyport;
import io.sallyport.benchmarks.load.SteadyUse;
import io.sallyport.benchmarks.load.SteadyUse.Outcome;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** What users notice of a reload. */
public final class Reloading implements Measure {
  private static final String ID = "reload";
  private static final Metric FAILED =
      new Metric(ID, "failed", "failed requests", "requests", Better.LESS);
  private static final Metric SLOWEST =
      new Metric(ID, "slowest", "slowest request", "ms", Better.LESS);
  private static final Metric UNDISTURBED =
      new Metric(ID, "undisturbed", "slowest request without a reload", "ms", Better.LESS);
  private static final int PER_SECOND = 500;
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  @Override
  public Chapter chapter() {
    return new Chapter(
        ID,
        "Reload under load",
        PER_SECOND
            + " fresh connections a second, timed from when they were due, and 32 sessions with 50"
            + " requests a second each, while the configuration changes every two seconds: a"
            + " service comes or goes. Sallyport's catalog file is replaced and noticed by itself;"
            + " HAProxy (`-W`) gets SIGUSR2.");
  }

  @Override
  public int rounds(Plan plan) {
    return plan.steadyRounds();
  }

  @Override
  public void measure(Turn turn) {
    Contender contender =
        switch (turn.contender()) {
          case Haproxy haproxy -> haproxy.reloading();
          case NoProxy other -> other;
          case Sallyport other -> other;
        };
    turn.bench()
        .with(
            contender,
            List.of(Bench.requests()),
            lane -> {
              InetSocketAddress entry = lane.entry(Bench.requests());
              Duration watched = BETWEEN.multipliedBy(turn.plan().reloads());
              new SteadyUse(entry, PER_SECOND).during(() -> Turn.rest(turn.plan().warmUp()));
              Outcome calm = new SteadyUse(entry, PER_SECOND).during(() -> Turn.rest(watched));
              Outcome outcome =
                  new SteadyUse(entry, PER_SECOND)
                      .during(() -> {
                        for (int i = 0; i < turn.plan().reloads(); i++) {
                          lane.rewrite(routes(i));
                          if (contender instanceof Haproxy) {
                            lane.reload();
                          }
                          Turn.rest(BETWEEN);
                        }
                      });
              turn.add(FAILED, (double) outcome.failed());
              turn.add(SLOWEST, outcome.slowest().toNanos() / 1e6);
              turn.add(UNDISTURBED, calm.slowest().toNanos() / 1e6);
              if (calm.failed() > 0) {
                turn.remark(FAILED, calm.failed() + " requests failed without any reload");
              }
            });
  }

  private static List<Route> routes(int change) {
    return change % 2 == 0 ? List.of(Bench.requests(), Bench.bulk()) : List.of(Bench.requests());
  }
}
