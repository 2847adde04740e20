package io.sallyport.control.server;

/** So many a second, and a second's worth at once. Not thread-safe. */
final class Pace {
  private final long every;
  private final long burst;
  private long next;

  Pace(int perSecond, long now) {
    this.every = 1_000_000_000L / perSecond;
    this.burst = 1_000_000_000L;
    this.next = now - burst;
  }

  /** Takes the next turn; returns in how many nanoseconds it is. */
  long turn(long now) {
    if (next - now < -burst) {
      next = now - burst;
    }
    next += every;
    return Math.max(0, next - now);
  }
}
