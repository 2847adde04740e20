package io.sallyport.distribution.admin;

/**
 * The admin address cannot be listened on.
 *
 * @since 0.1
 */
public final class AdminPortException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AdminPortException(String message, Throwable cause) {
    super(message, cause);
  }
}
