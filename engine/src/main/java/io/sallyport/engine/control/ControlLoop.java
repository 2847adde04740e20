package io.sallyport.engine.control;

import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * One thread with a clock: all state of clusters, health and reconciliation is changed here, and
 * nowhere else. Tests bring one whose clock stands still.
 *
 * @since 0.1
 */
public interface ControlLoop extends Executor, Ticker {
  /** Runs a task on the loop, soon and in the order of the calls. Any thread. */
  @Override
  void execute(Runnable task);

  /** Runs a task on the loop once the delay has passed. Any thread. */
  Timer schedule(Duration delay, Runnable task);

  /** A task that has not run yet. */
  @FunctionalInterface
  interface Timer {
    /** A timer that has nothing to cancel. */
    Timer NONE = () -> {};

    /** Keeps the task from running; does nothing once it has run. Any thread. */
    void cancel();
  }
}
