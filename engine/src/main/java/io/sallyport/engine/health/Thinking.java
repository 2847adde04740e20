package io.sallyport.engine.health;

import io.netty.channel.EventLoop;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeMove;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a conversation's dialogue where plugins may take their time, one call at a time, and brings
 * its moves back. Owned by the conversation's event loop.
 */
final class Thinking {
  private final Executor thinkers;
  private final Consumer<ProbeMove> mover;
  private boolean underWay;

  /**
   * Thinks nothing yet.
   *
   * @param mover is told each move, on the event loop
   */
  Thinking(Executor thinkers, Consumer<ProbeMove> mover) {
    this.thinkers = thinkers;
    this.mover = mover;
  }

  /** Whether a move is still to come. */
  boolean underWay() {
    return underWay;
  }

  /** Begins a call; false when the node is shutting down. */
  boolean begin(EventLoop loop, Supplier<@Nullable ProbeMove> thought) {
    underWay = true;
    try {
      thinkers.execute(() -> {
        ProbeMove move = guarded(thought);
        loop.execute(() -> {
          underWay = false;
          mover.accept(move);
        });
      });
      return true;
    } catch (RejectedExecutionException closing) {
      return false;
    }
  }

  /** A dialogue is a plugin's: whatever it throws ends its probe and nothing else. */
  private static ProbeMove guarded(Supplier<@Nullable ProbeMove> thought) {
    try {
      ProbeMove move = thought.get();
      return move == null
          ? ProbeMove.finish(CheckStatus.SOCKET_ERROR, "the check's dialogue made no move")
          : move;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError fault) {
      String message = fault.getMessage();
      String name = fault.getClass().getSimpleName();
      return ProbeMove.finish(
          CheckStatus.SOCKET_ERROR, message == null ? name : name + ": " + message);
    }
  }
}
