package io.sallyport.distribution.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What each phase came to, as a table for people. */
public final class PhaseTable {
  private PhaseTable() {}

  /** One row for each phase. */
  public static String of(String title, Traffic traffic) {
    List<String> lines = new ArrayList<>();
    lines.add(title);
    lines.add(
        row(
            "phase",
            "probes",
            "failed",
            ">1 s",
            "p50 ms",
            "max ms",
            "z1/z2/z3",
            "pulls",
            "failed",
            "max ms"));
    for (String phase : traffic.phases()) {
      lines.add(row(phase, traffic.probes(phase), traffic.pulls(phase)));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String row(String phase, List<Probe> probes, List<Probe> pulls) {
    List<Duration> times = times(probes);
    List<Duration> pullTimes = times(pulls);
    return row(
        phase,
        probes.size(),
        probes.stream().filter(Probe::failed).count(),
        times.stream().filter(time -> time.toMillis() >= 1000).count(),
        times.isEmpty() ? "-" : millis(times.get(times.size() / 2)),
        slowest(times),
        zone(probes, "z1") + "/" + zone(probes, "z2") + "/" + zone(probes, "z3"),
        pulls.size(),
        pulls.stream().filter(Probe::failed).count(),
        slowest(pullTimes));
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-18s %6s %6s %5s %8s %9s  %-11s %5s %6s %9s", cells);
  }

  private static List<Duration> times(List<Probe> probes) {
    return probes.stream().map(Probe::took).sorted().toList();
  }

  private static String slowest(List<Duration> times) {
    return times.isEmpty() ? "-" : millis(times.getLast());
  }

  private static long zone(List<Probe> probes, String zone) {
    return probes.stream().filter(probe -> probe.zone().equals(zone)).count();
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toNanos() / 1e6);
  }
}
