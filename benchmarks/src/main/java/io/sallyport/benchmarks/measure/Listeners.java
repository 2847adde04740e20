package io.sallyport.benchmarks.measure;

import io.sallyport.benchmarks.contender.Contender;
import io.sallyport.benchmarks.contender.Haproxy;
import io.sallyport.benchmarks.contender.Lane;
import io.sallyport.benchmarks.contender.NoProxy;
import io.sallyport.benchmarks.contender.Route;
import io.sallyport.benchmarks.contender.Sallyport;
import io.sallyport.benchmarks.load.Probe;
import io.sallyport.benchmarks.process.ProcFiles;
import io.sallyport.benchmarks.process.ProcessFaultException;
import io.sallyport.benchmarks.report.Chapter;
import io.sallyport.benchmarks.report.Metric;
import io.sallyport.benchmarks.report.Metric.Better;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Very many listeners: how soon they serve, and how soon a change of one of them does. */
public final class Listeners implements Measure {
  private static final String ID = "listeners";
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final Duration GLANCE = Duration.ofMillis(5);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final int[] COUNTS = {1_000, 10_000};
  private static final int OTHER_PORT = 18_081;

  @Override
  public Chapter chapter() {
    return new Chapter(
        ID,
        "Many listeners",
        "Each with a service, an address, an endpoint and a health check of its own. Sallyport runs"
            + " with one service and is told of the new catalog by SIGHUP (without it, up to a"
            + " second passes before it looks at the file); HAProxy starts with all of them, or is"
            + " reloaded by SIGUSR2. The clock stops once all listen and requests through the first"
            + " and the last are answered. The change moves the last one to another port, and the"
            + " clock stops when a request there is answered.");
  }

  @Override
  public int rounds(Plan plan) {
    return plan.steadyRounds();
  }

  @Override
  public List<Contender> contenders(List<Contender> all) {
    // Splicing has no part in this.
    return all.stream()
        .filter(contender ->
            switch (contender) {
              case NoProxy no -> false;
              case Haproxy haproxy -> haproxy.splice() == Haproxy.Splice.OFF;
              case Sallyport sallyport -> true;
            })
        .toList();
  }

  @Override
  public void measure(Turn turn) {
    for (int count : COUNTS) {
      switch (turn.contender()) {
        case NoProxy no -> throw new IllegalStateException("no proxy, no listeners");
        case Haproxy haproxy -> started(turn, haproxy.reloading(), count);
        case Sallyport sallyport -> applied(turn, sallyport, count);
      }
    }
  }

  private static void started(Turn turn, Haproxy haproxy, int count) {
    List<Route> routes = Bench.many(count);
    int before = listening();
    long start = System.nanoTime();
    turn.bench()
        .withStarting(
            haproxy,
            routes,
            (lane, files) -> {
              awaitAll(lane, routes, before + count);
              turn.add(apply(count), since(start));
              change(turn, lane, routes, count);
            });
  }

  private static void applied(Turn turn, Sallyport sallyport, int count) {
    List<Route> routes = new ArrayList<>(List.of(Bench.requests()));
    routes.addAll(Bench.many(count));
    turn.bench()
        .withStarting(
            sallyport,
            List.of(Bench.requests()),
            (lane, files) -> {
              turn.bench().awaitAnswer(lane);
              Turn.rest(SETTLE);
              int before = listening();
              lane.rewrite(routes);
              long start = System.nanoTime();
              Duration cpu = lane.cpu();
              lane.reload();
              awaitAll(lane, routes, before + count);
              turn.add(apply(count), since(start));
              turn.add(
                  metric("cpu", count, "CPU time for it"), lane.cpu().minus(cpu).toNanos() / 1e6);
              await(
                  lane,
                  "all names published",
                  () -> names(files.resolve(Sallyport.HOSTS)) >= count + 1);
              turn.add(metric("published", count, "until all names are published"), since(start));
              turn.add(
                  new Metric(
                      ID, "memory-" + count, title(count, "resident memory"), "MiB", Better.LESS),
                  lane.resident() / 1024.0 / 1024.0);
              change(turn, lane, routes, count);
            });
  }

  private static void change(Turn turn, Lane lane, List<Route> routes, int count) {
    Turn.rest(SETTLE);
    Route moved = routes.getLast().onPort(OTHER_PORT);
    List<Route> changed = new ArrayList<>(routes);
    changed.set(changed.size() - 1, moved);
    lane.rewrite(changed);
    long start = System.nanoTime();
    lane.reload();
    Probe.awaitAnswer(lane.entry(moved), BOUND, lane::alive, lane::tail);
    turn.add(metric("change", count, "change of one of them"), since(start));
  }

  private static void awaitAll(Lane lane, List<Route> routes, int listening) {
    await(lane, listening + " listeners", () -> listening() >= listening);
    Probe.awaitAnswer(lane.entry(routes.getFirst()), BOUND, lane::alive, lane::tail);
    Probe.awaitAnswer(lane.entry(routes.getLast()), BOUND, lane::alive, lane::tail);
  }

  private static void await(Lane lane, String what, BooleanSupplier holds) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end || !lane.alive()) {
        throw new ProcessFaultException(
            "no " + what + " within " + BOUND.toSeconds() + " s: " + lane.tail());
      }
      Turn.rest(GLANCE);
    }
  }

  private static int listening() {
    return ProcFiles.listeners(Bench.NETWORK_FIRST, Bench.NETWORK_SECOND);
  }

  private static long names(Path hosts) {
    try {
      return Files.readString(hosts)
          .lines()
          .filter(line -> line.contains(".benchmark.test"))
          .count();
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static Metric apply(int count) {
    return metric("apply", count, "until they serve");
  }

  private static Metric metric(String id, int count, String title) {
    return new Metric(ID, id + "-" + count, title(count, title), "ms", Better.LESS);
  }

  private static String title(int count, String title) {
    return count / 1000 + " 000 listeners, " + title;
  }
}
