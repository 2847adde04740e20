package io.sallyport.engine.control;

import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A control loop whose clock stands still until a test moves it. The thread that made it is the
 * loop: it calls what must be called there, and {@link #run()} or {@link #advance(Duration)} to let
 * tasks run. Other threads may hand tasks in, as they may to the real one.
 */
public final class FakeControlLoop implements ControlLoop {
  private record Due(long nanos, long order, Runnable task) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.signum(nanos - other.nanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private static final long REAL_PAUSE = 200_000;

  private final TreeSet<Due> queue = new TreeSet<>();
  private long now;
  private long order;

  /** A loop at time zero. */
  public FakeControlLoop() {
    this(0);
  }

  /** A loop at a time of its own, such as one just before {@code Long.MAX_VALUE}. */
  public FakeControlLoop(long startNanos) {
    now = startNanos;
  }

  @Override
  public synchronized void execute(Runnable task) {
    queue.add(new Due(now, order++, task));
  }

  @Override
  public synchronized Timer schedule(Duration delay, Runnable task) {
    Due due = new Due(now + Math.max(0, delay.toNanos()), order++, task);
    queue.add(due);
    return () -> cancel(due);
  }

  @Override
  public synchronized long nanos() {
    return now;
  }

  /** Runs what may run at this very moment, until nothing more may. */
  public void run() {
    for (Runnable task = next(); task != null; task = next()) {
      task.run();
    }
  }

  /** Moves the clock from timer to timer, each at its time, until the duration has passed. */
  public void advance(Duration duration) {
    long end = nanos() + duration.toNanos();
    run();
    for (Due due = nextDue(); due != null && due.nanos() - end <= 0; due = nextDue()) {
      moveTo(due.nanos());
      run();
    }
    moveTo(end);
    run();
  }

  /** Moves the clock with nothing running meanwhile, as when the machine stands still. */
  public void stall(Duration duration) {
    moveTo(nanos() + duration.toNanos());
    run();
  }

  /**
   * Runs tasks that other threads hand in, with the clock standing still, until the condition
   * holds.
   *
   * @throws AssertionError when it does not hold within the real time
   */
  public void runUntil(BooleanSupplier condition, Duration realTime) {
    long end = System.nanoTime() + realTime.toNanos();
    run();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + realTime);
      }
      LockSupport.parkNanos(REAL_PAUSE);
      run();
    }
  }

  /** Tasks and timers that have not run and were not cancelled. */
  public synchronized int pending() {
    return queue.size();
  }

  private synchronized void cancel(Due due) {
    queue.remove(due);
  }

  private synchronized void moveTo(long nanos) {
    now = nanos;
  }

  private synchronized Runnable next() {
    Due due = nextDue();
    if (due == null || due.nanos() - now > 0) {
      return null;
    }
    queue.remove(due);
    return due.task();
  }

  private synchronized Due nextDue() {
    return queue.isEmpty() ? null : queue.first();
  }
}
