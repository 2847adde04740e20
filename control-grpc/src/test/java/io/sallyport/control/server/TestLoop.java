package io.sallyport.control.server;

import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One real thread whose time stands still until it is moved. */
final class TestLoop extends AbstractExecutorService
    implements ScheduledExecutorService, Ticker, InstantSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("test-loop").daemon().factory());
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(timer -> timer.due));
  private long nanos;

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized Instant instant() {
    return START.plusNanos(nanos);
  }

  /** Moves the time on, timer by timer, each with all that it causes on the loop. */
  void advance(Duration time) {
    long end = nanos() + time.toNanos();
    while (true) {
      Timer due;
      synchronized (this) {
        due = timers.peek();
        if (due == null || due.due > end) {
          nanos = end;
          break;
        }
        timers.remove();
        nanos = Math.max(nanos, due.due);
      }
      if (!due.isCancelled()) {
        execute(due);
      }
      settle();
    }
    settle();
  }

  /** Waits until the loop has done what it was given so far. */
  void settle() {
    CompletableFuture.runAsync(() -> {}, thread).join();
  }

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return at(task, unit.toNanos(delay), 0);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("nobody does this");
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long first, long period, TimeUnit unit) {
    throw new UnsupportedOperationException("nobody does this");
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long first, long delay, TimeUnit unit) {
    return at(task, unit.toNanos(first), unit.toNanos(delay));
  }

  private synchronized Timer at(Runnable task, long delay, long again) {
    Timer timer = new Timer(task, nanos + delay, again);
    if (delay <= 0 && again == 0) {
      thread.execute(timer);
    } else {
      timers.add(timer);
    }
    return timer;
  }

  private final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final long again;
    private long due;

    Timer(Runnable task, long due, long again) {
      super(task, null);
      this.due = due;
      this.again = again;
    }

    @Override
    public void run() {
      if (again == 0) {
        super.run();
      } else if (runAndReset()) {
        synchronized (TestLoop.this) {
          due = nanos + again;
          timers.add(this);
        }
      }
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public void shutdown() {
    thread.shutdown();
  }

  @Override
  public List<Runnable> shutdownNow() {
    return new ArrayList<>(thread.shutdownNow());
  }

  @Override
  public boolean isShutdown() {
    return thread.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return thread.isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return thread.awaitTermination(timeout, unit);
  }
}
