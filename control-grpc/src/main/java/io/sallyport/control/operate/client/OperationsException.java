package io.sallyport.control.operate.client;

import java.io.Serial;

/**
 * A control plane did not do what it was asked; the message is for people.
 *
 * @since 0.1
 */
public final class OperationsException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Tells what could not be done. */
  public OperationsException(String message) {
    super(message);
  }

  /** Tells what could not be done, and why. */
  public OperationsException(String message, Throwable cause) {
    super(message, cause);
  }
}
