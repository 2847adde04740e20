package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.load.Wrk;
import io.sallyport.benchmarks.load.WrkReport;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** As many requests as are answered, on kept or on fresh connections. */
public final class Requests implements Measure {
  static final String KEPT_ALIVE = "keep-alive";

  /** Requests per second on kept connections, from which other measures derive their load. */
  static final Metric KEPT_RATE =
      new Metric(KEPT_ALIVE, "rate", "keep-alive requests", "1/s", Better.MORE);

  static final int CONNECTIONS = 64;

  private final Chapter chapter;
  private final Wrk.Connections after;
  private final Metric rate;
  private final Metric cpu;

  private Requests(Chapter chapter, Wrk.Connections after, Metric rate, Metric cpu) {
    this.chapter = chapter;
    this.after = after;
    this.rate = rate;
    this.cpu = cpu;
  }

  static Requests keptAlive() {
    return new Requests(
        new Chapter(
            KEPT_ALIVE,
            "Keep-alive requests",
            "wrk with "
                + CONNECTIONS
                + " connections and 2 threads; nginx answers with 10 bytes. CPU is the proxy's own,"
                + " user and system, all threads."),
        Wrk.Connections.KEPT,
        KEPT_RATE,
        new Metric(KEPT_ALIVE, "cpu", "proxy's CPU time", "µs/request", Better.LESS));
  }

  static Requests connecting() {
    String id = "connections";
    return new Requests(
        new Chapter(
            id,
            "Connect, request, close",
            "The same with a fresh connection for each request (`Connection: close`)."),
        Wrk.Connections.CLOSED,
        new Metric(id, "rate", "connections", "1/s", Better.MORE),
        new Metric(id, "cpu", "proxy's CPU time", "µs/connection", Better.LESS));
  }

  @Override
  public Chapter chapter() {
    return chapter;
  }

  @Override
  public List<Contender> contenders(List<Contender> all) {
    return all;
  }

  @Override
  public void measure(Turn turn) {
    turn.bench()
        .with(
            turn.contender(),
            List.of(Bench.requests()),
            lane -> {
              InetSocketAddress entry = lane.entry(Bench.requests());
              Wrk wrk = turn.tools().wrk();
              wrk.run(entry, CONNECTIONS, turn.plan().warmUp(), after);
              Duration before = lane.cpu();
              WrkReport report = wrk.run(entry, CONNECTIONS, turn.plan().requests(), after);
              Duration used = lane.cpu().minus(before);
              turn.add(rate, report.perSecond());
              if (turn.contender().proxies()) {
                turn.add(cpu, used.toNanos() / 1e3 / report.requests());
              }
              if (report.errors() > 0) {
                turn.remark(
                    rate, report.errors() + " errors beside " + report.requests() + " requests");
              }
            });
  }
}
