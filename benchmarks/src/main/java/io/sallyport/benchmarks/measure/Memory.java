package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Lane;
import io.sallyport.benchmarks.load.Sessions;
import io.sallyport.benchmarks.load.Wrk;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** What a proxy takes of the machine's memory, the kernel's socket buffers left out. */
public final class Memory implements Measure {
  private static final String ID = "memory";
  private static final int SOME = 1_000;
  private static final int MANY = 5_000;
  private static final Duration AFTER_START = Duration.ofSeconds(15);
  private static final Duration REST = Duration.ofSeconds(5);
  private static final Duration BUSY = Duration.ofSeconds(4);

  private static final Metric AT_REST = whole("rest", "resident at rest");
  private static final Metric AT_MANY = whole("many", "resident with 5 000 idle sessions");
  private static final Metric IDLE = each("idle", "per idle session, from rest to 5 000");
  private static final Metric FURTHER = each("further", "per idle session, from 1 000 to 5 000");
  private static final Metric AT_LOAD = whole("load", "resident with 1 000 busy sessions");
  private static final Metric BUSY_EACH = each("busy", "per busy session, from rest to 1 000");

  @Override
  public Chapter chapter() {
    return new Chapter(
        ID,
        "Memory",
        "Resident memory of the proxy's process (VmRSS): fifteen seconds after its start; after"
            + " opening sessions that have had one request and then rest; and, of a fresh process,"
            + " the most that was seen while wrk kept 1 000 sessions busy. No garbage collection is"
            + " forced.");
  }

  @Override
  public int rounds(Plan plan) {
    return plan.steadyRounds();
  }

  @Override
  public void measure(Turn turn) {
    turn.bench().with(turn.contender(), List.of(Bench.requests()), lane -> idle(turn, lane));
    turn.bench().with(turn.contender(), List.of(Bench.requests()), lane -> busy(turn, lane));
  }

  private static void idle(Turn turn, Lane lane) {
    Turn.rest(AFTER_START);
    long rest = lane.resident();
    turn.add(AT_REST, mebibytes(rest));
    try (Sessions sessions = Sessions.at(lane.entry(Bench.requests()))) {
      sessions.open(SOME);
      Turn.rest(REST.dividedBy(2));
      long some = lane.resident();
      sessions.open(MANY - SOME);
      Turn.rest(REST.dividedBy(2));
      long many = lane.resident();
      turn.add(AT_MANY, mebibytes(many));
      turn.add(IDLE, (many - rest) / 1e3 / MANY);
      turn.add(FURTHER, (many - some) / 1e3 / (MANY - SOME));
    }
  }

  private static void busy(Turn turn, Lane lane) {
    Turn.rest(AFTER_START);
    long rest = lane.resident();
    InetSocketAddress entry = lane.entry(Bench.requests());
    long[] most = {rest};
    Thread watch =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                most[0] = Math.max(most[0], lane.resident());
                Turn.rest(Duration.ofMillis(100));
              }
            });
    try {
      turn.tools().wrk().run(entry, SOME, BUSY, Wrk.Connections.KEPT);
    } finally {
      watch.interrupt();
      joined(watch);
    }
    turn.add(AT_LOAD, mebibytes(most[0]));
    turn.add(BUSY_EACH, (most[0] - rest) / 1e3 / SOME);
  }

  private static void joined(Thread thread) {
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }

  private static double mebibytes(long bytes) {
    return bytes / 1024.0 / 1024.0;
  }

  private static Metric whole(String id, String title) {
    return new Metric(ID, id, title, "MiB", Better.LESS);
  }

  private static Metric each(String id, String title) {
    return new Metric(ID, id, title, "kB", Better.LESS);
  }
}
