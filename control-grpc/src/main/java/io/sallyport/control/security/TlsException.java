package io.sallyport.control.security;

import java.io.Serial;

/**
 * Certificates or keys cannot be used.
 *
 * @since 0.1
 */
public final class TlsException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Tells which file, and what is wrong with it. */
  public TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
