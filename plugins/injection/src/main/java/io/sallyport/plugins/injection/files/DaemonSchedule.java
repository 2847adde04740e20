package io.sallyport.plugins.injection.files;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A schedule on a daemon thread of its own, which lives from the first task to its end. */
public final class DaemonSchedule implements Schedule {
  private final String thread;

  public DaemonSchedule(String thread) {
    this.thread = thread;
  }

  @Override
  public Handle every(Duration interval, Runnable task) {
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(thread).factory());
    executor.scheduleWithFixedDelay(
        task, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    return executor::shutdownNow;
  }
}
