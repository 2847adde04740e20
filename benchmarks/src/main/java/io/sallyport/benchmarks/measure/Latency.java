package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.contender.NoProxy;
import io.sallyport.benchmarks.load.OpenLoop;
import io.sallyport.benchmarks.load.Wrk;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Figures;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import io.sallyport.benchmarks.report.Spread;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** How long answers take at a rate that none of them has trouble with. */
public final class Latency implements Measure {
  private static final String ID = "latency";
  private static final Duration CALIBRATION = Duration.ofSeconds(2);
  private static final Map<Double, String> PERCENTILES = percentiles();
  private static final Metric MAX = took("max", "slowest request");
  private static final Metric CPU =
      new Metric(ID, "cpu", "proxy's CPU time", "µs/request", Better.LESS);

  private double perSecond;

  @Override
  public Chapter chapter() {
    return new Chapter(
        ID,
        "Latency at a fixed rate",
        "Keep-alive requests on 64 connections, sent when they are due and timed from then, so that"
            + " a stall counts for all that it held up (an open loop, hence no coordinated"
            + " omission). The rate is half of what the slowest contender reached with wrk in this"
            + " run, and the same for all. \"Added\" is the difference from no proxy in the same"
            + " round; the generator's own wake-ups are in both.");
  }

  @Override
  public List<Contender> contenders(List<Contender> all) {
    return all;
  }

  @Override
  public void prepare(Bench bench, List<Contender> contenders, Figures figures) {
    double slowest = Double.MAX_VALUE;
    for (Contender contender : contenders) {
      Optional<Spread> known = figures.spread(Requests.KEPT_RATE, contender.id());
      slowest =
          Math.min(
              slowest, known.isPresent() ? known.get().median() : calibrated(bench, contender));
    }
    perSecond = Math.max(1_000, Math.floor(slowest / 2 / 1_000) * 1_000);
    figures.remark(ID, "Rate: " + Math.round(perSecond) + " requests per second.");
  }

  @Override
  public void measure(Turn turn) {
    turn.bench()
        .with(
            turn.contender(),
            List.of(Bench.requests()),
            lane -> {
              OpenLoop load =
                  new OpenLoop(lane.entry(Bench.requests()), Requests.CONNECTIONS, perSecond);
              load.run(turn.plan().warmUp());
              Duration before = lane.cpu();
              Histogram latencies = load.run(turn.plan().latency());
              Duration used = lane.cpu().minus(before);
              PERCENTILES.forEach((percentile, name) ->
                  turn.add(took(name, name), latencies.getValueAtPercentile(percentile) / 1e3));
              turn.add(MAX, latencies.getMaxValue() / 1e3);
              if (turn.contender().proxies()) {
                turn.add(CPU, used.toNanos() / 1e3 / latencies.getTotalCount());
              }
            });
  }

  @Override
  public void conclude(int round, List<Contender> contenders, Figures figures) {
    for (Contender contender : contenders.stream().filter(Contender::proxies).toList()) {
      for (String name : PERCENTILES.values()) {
        Metric whole = took(name, name);
        Optional<Double> bare = figures.value(whole, new NoProxy().id(), round);
        Optional<Double> through = figures.value(whole, contender.id(), round);
        if (bare.isPresent() && through.isPresent()) {
          Metric added = took("added-" + name, name + " added over no proxy");
          figures.add(added, contender.id(), round, through.get() - bare.get());
        }
      }
    }
  }

  private static double calibrated(Bench bench, Contender contender) {
    double[] found = new double[1];
    bench.with(
        contender,
        List.of(Bench.requests()),
        lane -> {
          Wrk wrk = bench.tools().wrk();
          var entry = lane.entry(Bench.requests());
          wrk.run(entry, Requests.CONNECTIONS, bench.plan().warmUp(), Wrk.Connections.KEPT);
          found[0] =
              wrk.run(entry, Requests.CONNECTIONS, CALIBRATION, Wrk.Connections.KEPT).perSecond();
        });
    return found[0];
  }

  private static Metric took(String id, String title) {
    return new Metric(ID, id, title, "µs", Better.LESS);
  }

  private static Map<Double, String> percentiles() {
    Map<Double, String> names = new LinkedHashMap<>();
    names.put(50.0, "p50");
    names.put(90.0, "p90");
    names.put(99.0, "p99");
    names.put(99.9, "p99.9");
    return names;
  }
}
