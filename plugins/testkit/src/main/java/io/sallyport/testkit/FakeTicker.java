package io.sallyport.testkit;

import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Monotonic time that stands still until it is moved. Any thread.
 *
 * @since 0.1
 */
public final class FakeTicker implements Ticker {
  private final AtomicLong nanos = new AtomicLong();

  /** Makes one at an arbitrary moment. */
  public FakeTicker() {}

  /** Moves on. */
  public void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public long nanos() {
    return nanos.get();
  }
}
