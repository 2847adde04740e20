package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Lane;
import io.sallyport.benchmarks.load.Sessions;
import io.sallyport.benchmarks.load.StraceReport;
import io.sallyport.benchmarks.load.Wrk;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import io.sallyport.benchmarks.report.Numbers;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How often a proxy calls the kernel. */
public final class SystemCalls implements Measure {
  private static final String ID = "system-calls";
  private static final Metric CONNECTION = calls("connection", "per connection, 64 at once");
  private static final Metric ALONE = calls("connection-alone", "per connection, one at a time");
  private static final Metric REQUEST = calls("request", "per keep-alive request, 64 at once");
  private static final Metric CLOCK =
      calls("clock", "clock reads per connection, not counted above");

  @Override
  public Chapter chapter() {
    return new Chapter(
        ID,
        "System calls",
        "`strace -c -f -p` on the proxy's process, all its threads, while the generator makes an"
            + " exact number of connections (each connects, asks, reads the answer to its end and"
            + " closes), then of requests on 64 connections that were there before.");
  }

  @Override
  public int rounds(Plan plan) {
    return plan.steadyRounds();
  }

  @Override
  public void measure(Turn turn) {
    turn.bench()
        .withStarting(
            turn.contender(),
            List.of(Bench.requests()),
            (lane, files) -> {
              InetSocketAddress entry = lane.entry(Bench.requests());
              turn.bench().awaitAnswer(lane);
              turn.tools()
                  .wrk()
                  .run(entry, Requests.CONNECTIONS, turn.plan().warmUp(), Wrk.Connections.CLOSED);
              connections(turn, lane, files, entry);
              requests(turn, lane, files, entry);
            });
  }

  private static void connections(Turn turn, Lane lane, Path files, InetSocketAddress entry) {
    int each = turn.plan().traced() / Requests.CONNECTIONS;
    long made = (long) each * Requests.CONNECTIONS;
    StraceReport together =
        turn.tools()
            .strace()
            .during(
                lane.pid(), files, () -> Sessions.connections(entry, Requests.CONNECTIONS, each));
    note(turn, CONNECTION, together, made);
    turn.add(CLOCK, together.clockReads() / (double) made);
    int alone = turn.plan().traced() / 4;
    StraceReport one =
        turn.tools()
            .strace()
            .during(lane.pid(), files, () -> Sessions.connections(entry, 1, alone));
    note(turn, ALONE, one, alone);
  }

  private static void requests(Turn turn, Lane lane, Path files, InetSocketAddress entry) {
    int each = turn.plan().traced() * 10 / Requests.CONNECTIONS;
    try (Sessions sessions = Sessions.at(entry)) {
      sessions.open(Requests.CONNECTIONS);
      StraceReport report =
          turn.tools().strace().during(lane.pid(), files, () -> sessions.ask(each));
      note(turn, REQUEST, report, (long) each * Requests.CONNECTIONS);
    }
  }

  private static void note(Turn turn, Metric metric, StraceReport report, long units) {
    turn.add(metric, report.work() / (double) units);
    if (turn.round() == 1) {
      String calls =
          report.calls().entrySet().stream()
              .filter(call -> call.getValue() * 50 >= units)
              .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
              .map(call -> call.getKey() + " " + Numbers.text(call.getValue() / (double) units))
              .collect(Collectors.joining(", "));
      turn.remark(metric, metric.title() + ": " + calls);
    }
  }

  private static Metric calls(String id, String title) {
    return new Metric(ID, id, title, "calls", Better.LESS);
  }
}
