package io.sallyport.plugins.injection.files;

import java.time.Duration;

/** Runs something again and again, handed in so that tests decide when. */
public interface Schedule {
  /** Until the handle is closed. */
  Handle every(Duration interval, Runnable task);

  /** Ends it. */
  interface Handle extends AutoCloseable {
    @Override
    void close();
  }
}
