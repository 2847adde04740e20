package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.contender.Lane;
import io.sallyport.benchmarks.load.Iperf;
import io.sallyport.benchmarks.load.Iperf.Direction;
import io.sallyport.benchmarks.load.IperfReport;
import io.sallyport.benchmarks.load.StraceReport;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** As many bytes as pass. */
public final class Bulk implements Measure {
  private static final String ID = "bulk";
  private static final int[] STREAMS = {1, 8, 64};

  @Override
  public Chapter chapter() {
    return new Chapter(
        ID,
        "Bulk",
        "iperf3, its streams at once, to the backend and from it (`--reverse`); what arrived"
            + " counts. The warm-up has 8 streams, half of it in each direction.");
  }

  @Override
  public List<Contender> contenders(List<Contender> all) {
    return all;
  }

  @Override
  public void measure(Turn turn) {
    turn.bench()
        .withStarting(
            turn.contender(),
            List.of(Bench.requests(), Bench.bulk()),
            (lane, files) -> {
              turn.bench().awaitAnswer(lane);
              measure(turn, lane);
              if (turn.contender().proxies() && turn.round() == 1) {
                turn.remark(rate(1, Direction.DOWNLOAD), spliced(turn, lane, files));
              }
            });
  }

  private static void measure(Turn turn, Lane lane) {
    InetSocketAddress entry = lane.entry(Bench.bulk());
    Iperf iperf = turn.tools().iperf();
    for (Direction direction : Direction.values()) {
      iperf.run(entry, 8, turn.plan().warmUp().plusSeconds(1).dividedBy(2), direction);
    }
    for (int streams : STREAMS) {
      for (Direction direction : Direction.values()) {
        Duration before = lane.cpu();
        IperfReport report = iperf.run(entry, streams, turn.plan().bulk(), direction);
        Duration used = lane.cpu().minus(before);
        turn.add(rate(streams, direction), report.bitsPerSecond() / 1e9);
        if (turn.contender().proxies()) {
          turn.add(cpu(streams, direction), used.toNanos() / 1e6 / (report.bytes() / 1e9));
        }
      }
    }
  }

  /** Whether it truly splices: to be allowed to is not to do it. Afterwards, because it is slow. */
  private static String spliced(Turn turn, Lane lane, Path files) {
    StraceReport report =
        turn.tools()
            .strace()
            .during(
                lane.pid(),
                files,
                () ->
                    turn.tools()
                        .iperf()
                        .run(
                            lane.entry(Bench.bulk()),
                            1,
                            Duration.ofSeconds(1),
                            Direction.DOWNLOAD));
    long splices = report.calls().getOrDefault("splice", 0L);
    return splices == 0
        ? "it never called splice (one stream from the backend, traced afterwards)"
        : "it splices (" + splices + " calls in a second of one stream, traced afterwards)";
  }

  private static Metric rate(int streams, Direction direction) {
    return new Metric(
        ID, id("rate", streams, direction), title(streams, direction), "Gbit/s", Better.MORE);
  }

  private static Metric cpu(int streams, Direction direction) {
    return new Metric(
        ID,
        id("cpu", streams, direction),
        "CPU time, " + title(streams, direction),
        "ms/GB",
        Better.LESS);
  }

  private static String id(String what, int streams, Direction direction) {
    return what + "-" + streams + "-" + direction.name().toLowerCase(Locale.ROOT);
  }

  private static String title(int streams, Direction direction) {
    return streams + (streams == 1 ? " stream " : " streams ") + direction.words();
  }
}
