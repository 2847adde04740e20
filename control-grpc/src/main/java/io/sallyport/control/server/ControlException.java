package io.sallyport.control.server;

import java.io.Serial;

/**
 * A control plane cannot start. The message is for the user.
 *
 * @since 0.1
 */
public final class ControlException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Tells why. */
  public ControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
