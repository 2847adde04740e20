package io.sallyport.distribution.doctor;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Closes what has had its time, so that nobody who answers a byte a second holds us up. */
final class Deadlines {
  private final ScheduledExecutorService timer;

  Deadlines(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** A running time. Closing it before its end leaves what it watches open. */
  static final class Running implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final ScheduledFuture<?> future;

    private Running(ScheduledExecutorService timer, Closeable watched, Duration time) {
      future =
          timer.schedule(
              () -> {
                over.set(true);
                try {
                  watched.close();
                } catch (IOException gone) {
                  // That is what was wanted.
                }
              },
              time.toMillis(),
              TimeUnit.MILLISECONDS);
    }

    /** True when the time was over before this was closed. */
    boolean over() {
      return over.get();
    }

    @Override
    public void close() {
      future.cancel(false);
    }
  }

  /** Starts a time. */
  Running watch(Closeable watched, Duration time) {
    return new Running(timer, watched, time);
  }
}
