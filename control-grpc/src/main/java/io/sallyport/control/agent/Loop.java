package io.sallyport.control.agent;

import com.google.common.util.concurrent.MoreExecutors;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an agent speaks with its control plane: one task after the other, on a thread of its own,
 * or on threads that many agents of one process share. What fails is told, and the next goes on;
 * once it is closed, nothing runs any more. Any thread.
 */
final class Loop implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final ScheduledExecutorService threads;
  private final Executor inTurn;
  private final Runnable release;
  private volatile boolean closed;

  private Loop(ScheduledExecutorService threads, Runnable release) {
    this.threads = threads;
    this.inTurn = MoreExecutors.newSequentialExecutor(threads);
    this.release = release;
  }

  /** On a thread of its own. */
  static Loop ofItsOwn() {
    ScheduledThreadPoolExecutor thread =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("sallyport-agent").daemon().unstarted(task));
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return new Loop(thread, thread::shutdownNow);
  }

  /** On threads that are somebody else's, and stay when it is closed. */
  static Loop on(ScheduledExecutorService threads) {
    return new Loop(threads, () -> {});
  }

  @Override
  public void execute(Runnable task) {
    try {
      inTurn.execute(() -> run(task));
    } catch (RejectedExecutionException over) {
      LOG.atTrace().log("the loop is closed");
    }
  }

  void later(Runnable task, Duration pause) {
    try {
      var _ = threads.schedule(() -> execute(task), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException over) {
      LOG.atTrace().log("the loop is closed");
    }
  }

  private void run(Runnable task) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("the agent's loop failed at something, and goes on");
    }
  }

  /** For those who need more than this; what they schedule may run beside the loop. */
  ScheduledExecutorService executor() {
    return threads;
  }

  /** Runs one last task, and waits for it. */
  void closeAfter(Runnable last) {
    CountDownLatch done = new CountDownLatch(1);
    try {
      inTurn.execute(() -> {
        run(last);
        closed = true;
        done.countDown();
      });
      done.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException over) {
      LOG.atTrace().log("the loop is closed");
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      release.run();
    }
  }
}
