package io.sallyport.control.store;

import java.io.Serial;

/**
 * A store could not do what it was asked: it cannot be reached, its disk is full or broken.
 *
 * @since 0.1
 */
public final class StoreException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Tells what could not be done, and why. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Tells what could not be done. */
  public StoreException(String message) {
    super(message);
  }
}
