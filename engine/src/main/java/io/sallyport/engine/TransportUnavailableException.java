package io.sallyport.engine;

/**
 * A transport that was asked for is not to be had on this machine.
 *
 * @since 0.1
 */
public final class TransportUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is missing. */
  public TransportUnavailableException(String message) {
    super(message);
  }
}
