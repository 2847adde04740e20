package io.sallyport.benchmarks.measure;

import java.time.Duration;

/**
 * How long and how often.
 *
 * @param rounds how often each contender has its turn
 * @param steadyRounds the same where figures hardly differ from one round to the next
 * @param warmUp load of the same kind, before each measurement
 * @param requests a measurement of requests or connections
 * @param bulk a measurement of one number of streams in one direction
 * @param latency a measurement at a fixed rate
 * @param traced connections, and a tenth of the requests, under {@code strace}
 * @param reloads while reloading is watched
 */
public record Plan(
    int rounds,
    int steadyRounds,
    Duration warmUp,
    Duration requests,
    Duration bulk,
    Duration latency,
    int traced,
    int reloads) {
  /** Some minutes. */
  public static Plan quick() {
    return new Plan(
        2,
        1,
        Duration.ofSeconds(5),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        1_280,
        3);
  }

  /** The whole. */
  public static Plan whole() {
    return new Plan(
        5,
        3,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        6_400,
        10);
  }

  /** The same with another number of rounds of every measure. */
  public Plan withRounds(int other) {
    return new Plan(other, other, warmUp, requests, bulk, latency, traced, reloads);
  }
}
