package io.sallyport.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A time of day that stands still until it is moved. Any thread.
 *
 * @since 0.1
 */
public final class FakeClock implements InstantSource {
  private volatile Instant now;

  /** Makes one that shows this time. */
  public FakeClock(Instant now) {
    this.now = now;
  }

  /** Moves on; one thread at a time. */
  public void advance(Duration time) {
    now = now.plus(time);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
