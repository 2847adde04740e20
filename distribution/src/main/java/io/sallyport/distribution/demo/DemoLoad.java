package io.sallyport.distribution.demo;

import io.sallyport.api.plugin.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * A steady, bounded stream of requests to all targets in turn, each on a virtual thread. A request
 * that takes long does not hold up the next ones, up to {@link #AT_ONCE}.
 */
final class DemoLoad implements AutoCloseable {
  private static final int AT_ONCE = 64;

  private final DemoClient client;
  private final DemoTally tally;
  private final Ticker ticker;
  private final long interval;
  private final List<DemoTarget> targets = new CopyOnWriteArrayList<>();
  private final Semaphore room = new Semaphore(AT_ONCE, true);
  private final Thread pace;
  private volatile boolean closed;

  /**
   * Starts asking.
   *
   * @param perSecond requests each second
   */
  DemoLoad(
      DemoClient client, DemoTally tally, Ticker ticker, int perSecond, List<DemoTarget> targets) {
    this.client = client;
    this.tally = tally;
    this.ticker = ticker;
    this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
    this.targets.addAll(targets);
    pace = Thread.ofVirtual().name("demo-pace").start(this::run);
  }

  /** Asks for these as well from now on. */
  void add(List<DemoTarget> more) {
    targets.addAll(more);
  }

  /**
   * Does something while no request is under way: new ones wait, and the old ones are answered
   * first. No proxy can save a request whose server dies in the midst of it.
   */
  void between(Runnable action) {
    room.acquireUninterruptibly(AT_ONCE);
    try {
      action.run();
    } finally {
      room.release(AT_ONCE);
    }
  }

  /** Asks for nothing more and returns once all have been answered or have failed. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (pace.isAlive()) {
      try {
        pace.join();
      } catch (InterruptedException wantsToEndSooner) {
        interrupted = true;
      }
    }
    room.acquireUninterruptibly(AT_ONCE);
    room.release(AT_ONCE);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long due = ticker.nanos();
    for (int turn = 0; !closed; turn++) {
      DemoTarget target = targets.get(turn % targets.size());
      room.acquireUninterruptibly();
      Thread.ofVirtual().name("demo-request").start(() -> ask(target));
      // What was missed while there was no room is not made up for in a burst.
      due = Math.max(due + interval, ticker.nanos());
      for (long left = due - ticker.nanos(); left > 0 && !closed; left = due - ticker.nanos()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  private void ask(DemoTarget target) {
    try {
      long start = ticker.nanos();
      String zone = client.ask(target);
      tally.answered(target, zone, Duration.ofNanos(ticker.nanos() - start));
    } catch (IOException | RuntimeException fault) {
      tally.failed(target.name() + ":" + target.port() + ": " + fault);
    } finally {
      room.release();
    }
  }
}
