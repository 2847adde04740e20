package io.sallyport.benchmarks.fleet;

import io.sallyport.api.catalog.Revision;
import io.sallyport.benchmarks.process.ProcessFaultException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One revision on its way through the fleet: when each agent accepted it, and when it told that it
 * is effective. Any thread.
 */
final class Wave {
  private final Revision revision;
  private final long begunNanos;
  private final Stage accepted;
  private final Stage effective;

  /**
   * A wave that nobody has met.
   *
   * @param revision the one that is awaited; a later one will do
   * @param begunNanos what all times are counted from
   * @param agents how many it is meant for
   */
  Wave(Revision revision, long begunNanos, int agents) {
    this.revision = revision;
    this.begunNanos = begunNanos;
    this.accepted = new Stage(agents);
    this.effective = new Stage(agents);
  }

  /** When so many had come so far. */
  private static final class Stage {
    private final AtomicLongArray nanos;
    private final AtomicInteger count = new AtomicInteger();
    private final CountDownLatch missing;

    Stage(int agents) {
      nanos = new AtomicLongArray(agents);
      missing = new CountDownLatch(agents);
    }

    void one(long after) {
      int index = count.getAndIncrement();
      if (index < nanos.length()) {
        nanos.set(index, after);
        missing.countDown();
      }
    }

    double[] millis() {
      double[] all = new double[nanos.length()];
      for (int i = 0; i < all.length; i++) {
        all[i] = nanos.get(i) / 1e6;
      }
      Arrays.sort(all);
      return all;
    }
  }

  boolean awaits(Revision other) {
    return other.compareTo(revision) >= 0;
  }

  /** An agent has accepted it. */
  void accepted(long nowNanos) {
    accepted.one(nowNanos - begunNanos);
  }

  /** An agent says that all of it serves. */
  void effective(long nowNanos) {
    effective.one(nowNanos - begunNanos);
  }

  /**
   * Waits for the last agent.
   *
   * @throws ProcessFaultException when it does not come
   */
  void await(Duration patience) {
    try {
      long until = System.nanoTime() + patience.toNanos();
      if (!accepted.missing.await(patience.toNanos(), TimeUnit.NANOSECONDS)
          || !effective.missing.await(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new ProcessFaultException(
            "revision "
                + revision
                + " is missing at "
                + accepted.missing.getCount()
                + " agents, and not effective at "
                + effective.missing.getCount()
                + " agents, after "
                + patience.toSeconds()
                + " s");
      }
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }

  /** From the beginning to each agent's acceptance, in milliseconds, the soonest first. */
  double[] acceptedMillis() {
    return accepted.millis();
  }

  /** The same, to each agent's word that it serves. */
  double[] effectiveMillis() {
    return effective.millis();
  }
}
