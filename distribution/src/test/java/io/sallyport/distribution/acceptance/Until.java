package io.sallyport.distribution.acceptance;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something to become true. */
public final class Until {
  private static final long STEP = 20;

  private Until() {}

  /**
   * Waits, and says how long that took.
   *
   * @param wanted what is waited for, in words that follow "not"
   * @param evidence asked when the time is over
   */
  public static Duration holds(
      String wanted, Duration bound, Supplier<String> evidence, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > bound.toNanos()) {
        throw new AssertionError(
            "not " + wanted + " within " + bound.toMillis() + " ms\n" + evidence.get());
      }
      pause(Duration.ofMillis(STEP));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Lets time pass: for a phase of an experiment, never in place of a condition. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interruption);
    }
  }
}
