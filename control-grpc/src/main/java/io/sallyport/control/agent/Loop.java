package io.sallyport.control.agent;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which an agent speaks with its control plane. What fails on it is told, and the
 * next goes on; once it is closed, nothing runs any more. Any thread.
 */
final class Loop implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, task -> Thread.ofPlatform().name("sallyport-agent").daemon().unstarted(task));

  Loop() {
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    later(task, Duration.ZERO);
  }

  void later(Runnable task, Duration pause) {
    try {
      thread.schedule(() -> run(task), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.atTrace().log("the loop is closed");
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("the agent's loop failed at something, and goes on");
    }
  }

  /** For those who need more than this. */
  ScheduledExecutorService executor() {
    return thread;
  }

  /** Runs one last task, and waits for it. */
  void closeAfter(Runnable last) {
    try {
      thread.execute(() -> {
        run(last);
        thread.shutdown();
      });
    } catch (RejectedExecutionException closed) {
      return;
    }
    try {
      if (!thread.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException hurry) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
