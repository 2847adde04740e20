package io.sallyport.control.server;

import java.time.Duration;

/**
 * When a change goes out: the first at once, those soon after it together, after a pause that
 * doubles as long as they keep coming. Changes of endpoints alone do not wait. Not thread-safe.
 */
final class Debounce {
  private final long least;
  private final long most;
  private long pause;
  private long lastNanos;
  private boolean sent;

  /**
   * Waits for nothing yet.
   *
   * @param least the pause behind a first change
   * @param most the longest pause; after as long a silence the next change is a first one again
   */
  Debounce(Duration least, Duration most) {
    this.least = least.toNanos();
    this.most = Math.max(least.toNanos(), most.toNanos());
    this.pause = this.least;
  }

  /**
   * How many nanoseconds a change that came now waits; 0: it goes out now.
   *
   * @param onlyEndpoints whether nothing else changed since what went out last
   */
  long delay(long now, boolean onlyEndpoints) {
    if (!sent || onlyEndpoints) {
      return 0;
    }
    return Math.max(0, lastNanos + pause - now);
  }

  /** Changes went out now. */
  void sent(long now, boolean onlyEndpoints) {
    if (onlyEndpoints) {
      return;
    }
    boolean quiet = !sent || now - lastNanos >= pause + most;
    pause = quiet ? least : Math.min(most, 2 * pause);
    lastNanos = now;
    sent = true;
  }
}
