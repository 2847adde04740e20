package io.sallyport.control.server;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a control plane.
 *
 * @param loop the one of all agents' streams
 * @param rollouts the one of rollouts
 * @param timers the one that looks after files and the store
 * @param work reads catalogs and compares them
 * @param calls carries calls from the network
 */
record ControlThreads(
    ScheduledExecutorService loop,
    ScheduledExecutorService rollouts,
    ScheduledExecutorService timers,
    ExecutorService work,
    ExecutorService calls)
    implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;

  ControlThreads() {
    this(
        Executors.newSingleThreadScheduledExecutor(named("sallyport-agents")),
        Executors.newSingleThreadScheduledExecutor(named("sallyport-rollouts")),
        Executors.newSingleThreadScheduledExecutor(named("sallyport-timers")),
        Executors.newFixedThreadPool(several(), numbered("sallyport-work-")),
        Executors.newFixedThreadPool(several(), numbered("sallyport-calls-")));
  }

  private static int several() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  private static ThreadFactory named(String name) {
    return Thread.ofPlatform().name(name).daemon().factory();
  }

  private static ThreadFactory numbered(String name) {
    return Thread.ofPlatform().name(name, 0).daemon().factory();
  }

  @Override
  public void close() {
    List<ExecutorService> all = List.of(calls, work, timers, rollouts, loop);
    all.forEach(ExecutorService::shutdownNow);
    for (ExecutorService one : all) {
      try {
        one.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
