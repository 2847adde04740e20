package io.sallyport.engine.transport;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one event loop: lent for as long as they hold something, and kept for the next one.
 *
 * <p>Owned by its event loop.
 */
public final class Pipes {
  /** Empty pipes that are kept. */
  private static final int SPARE = 8;

  private final Budget budget;
  private final ArrayDeque<Pipe> spare = new ArrayDeque<>(SPARE);

  /** Opens none yet. */
  public Pipes(Budget budget) {
    this.budget = budget;
  }

  /** An empty pipe; null when there are as many as may be, or the system has no more. */
  public @Nullable Pipe lend() {
    Pipe kept = spare.poll();
    if (kept != null || !budget.take()) {
      return kept;
    }
    try {
      return new Pipe();
    } catch (IOException shortage) {
      budget.putBack();
      return null;
    }
  }

  /** Takes a pipe back. One that still holds something is closed: it is nobody else's. */
  public void takeBack(Pipe pipe) {
    if (pipe.held() == 0 && spare.size() < SPARE) {
      spare.push(pipe);
    } else {
      pipe.close();
      budget.putBack();
    }
  }

  /** Closes those that are not lent. */
  public void close() {
    for (Pipe pipe = spare.poll(); pipe != null; pipe = spare.poll()) {
      pipe.close();
      budget.putBack();
    }
  }

  /** How many pipes all loops may have at once. Any thread. */
  public static final class Budget {
    private final int most;
    private final AtomicInteger left;

    /** None is taken yet. */
    public Budget(int most) {
      this.most = most;
      this.left = new AtomicInteger(most);
    }

    /** Pipes that there are now, lent or kept. */
    public int open() {
      return Math.min(most, most - left.get());
    }

    private boolean take() {
      if (left.getAndDecrement() > 0) {
        return true;
      }
      left.incrementAndGet();
      return false;
    }

    private void putBack() {
      left.incrementAndGet();
    }
  }
}
