package io.sallyport.distribution.acceptance;

import java.time.Duration;

/**
 * One request by public name.
 *
 * @param phase during which it began
 * @param kind {@code probe} or {@code pull}
 * @param port the port asked
 * @param took from before the lookup to the end of the answer
 * @param zone the zone that answered; empty when it failed or is not known
 * @param fault why it failed; empty when it did not
 */
public record Probe(String phase, String kind, int port, Duration took, String zone, String fault) {
  /** Reads a line of {@link ProbeClient}. */
  static Probe parse(String line) {
    String[] words = line.split(" ", 6);
    Duration took = Duration.ofNanos(Long.parseLong(words[3]) * 1000);
    boolean ok = words[4].equals("ok");
    return new Probe(
        words[1],
        words[0],
        Integer.parseInt(words[2]),
        took,
        ok ? words[5] : "",
        ok ? "" : words[5]);
  }

  public boolean failed() {
    return !fault.isEmpty();
  }
}
