package io.sallyport.engine.session;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many sessions there may be at once. What finds no room waits in the kernel's backlog and is
 * told when there is room again. Any thread.
 *
 * @since 0.1
 */
public final class SessionLimit {
  private final AtomicInteger active = new AtomicInteger();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private volatile int most;

  /**
   * Makes a limit.
   *
   * @param most sessions at once; 0 means no limit
   */
  public SessionLimit(int most) {
    this.most = most;
  }

  /** Sessions now. */
  public int active() {
    return active.get();
  }

  /** True when there is no room. */
  public boolean full() {
    int limit = most;
    return limit > 0 && active.get() >= limit;
  }

  /** Sessions at once; 0 means no limit. */
  public int most() {
    return most;
  }

  /** Changes the limit; sessions beyond it go on. */
  public void most(int changed) {
    most = changed;
    wake();
  }

  /** Takes room for one session; false when there is none. */
  boolean acquire() {
    while (true) {
      int now = active.get();
      int limit = most;
      if (limit > 0 && now >= limit) {
        return false;
      }
      if (active.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void release() {
    active.decrementAndGet();
    wake();
  }

  /** Has the task run when there is room, at once if there is room by now. */
  void await(Runnable task) {
    waiting.add(task);
    if (!full()) {
      wake();
    }
  }

  private void wake() {
    while (!waiting.isEmpty() && !full()) {
      Runnable first = waiting.poll();
      if (first != null) {
        first.run();
      }
    }
  }
}
