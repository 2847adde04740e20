package io.sallyport.engine.session;

import org.jspecify.annotations.Nullable;

/** Tells a lack of memory for bytes that wait. One that the heap runs out of ends the process. */
final class Shortage {
  private Shortage() {}

  /** Whether a fault comes of it, by whatever way. */
  static boolean of(Throwable fault) {
    for (@Nullable Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }
}
