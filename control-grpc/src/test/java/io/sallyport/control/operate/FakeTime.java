package io.sallyport.control.operate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A time that stands still until it is moved. */
public final class FakeTime implements InstantSource {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  @Override
  public Instant instant() {
    return now.get();
  }

  /** Moves it on. */
  public void advance(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }
}
