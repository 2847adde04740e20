package io.sallyport.engine.health;

import io.sallyport.engine.control.ControlLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * The threads that a probe's answer comes through on its way to the control loop. How long they
 * take to pass a task on tells whether this node hears at all what endpoints say.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface AnswerPath {
  /**
   * Runs a task on the control loop once each of the threads has had its turn, and so after every
   * answer that is there already. Control loop; returns at once.
   */
  void then(Runnable task);

  /**
   * The path of checks that converse: by the health loop, and by the threads on which dialogues
   * think and certificates are verified, where there are any of them now.
   */
  static AnswerPath of(Executor healthLoop, ThreadPoolExecutor thinkers, ControlLoop loop) {
    return task -> {
      Runnable last = () -> pass(healthLoop, () -> loop.execute(task));
      if (thinkers.getPoolSize() == 0) {
        last.run();
      } else {
        pass(thinkers, last);
      }
    };
  }

  /** A thread that takes nothing any more keeps nobody waiting. */
  private static void pass(Executor thread, Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closing) {
      task.run();
    }
  }
}
