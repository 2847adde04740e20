package io.sallyport.distribution.balancing;

import io.sallyport.engine.control.ControlLoop;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A control loop of one thread, whose clock a test moves. */
final class StepLoop implements ControlLoop {
  private record Due(long nanos, long order, Runnable task) {}

  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
  private long now;
  private long order;

  @Override
  public void execute(Runnable task) {
    queue.add(new Due(now, order++, task));
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Due due = new Due(now + delay.toNanos(), order++, task);
    queue.add(due);
    return () -> queue.remove(due);
  }

  @Override
  public long nanos() {
    return now;
  }

  /** Runs all that is due until then, each at its time. */
  void advance(Duration time) {
    long end = now + time.toNanos();
    for (Due due = queue.peek(); due != null && due.nanos() <= end; due = queue.peek()) {
      queue.remove(due);
      now = Math.max(now, due.nanos());
      due.task().run();
    }
    now = end;
  }
}
