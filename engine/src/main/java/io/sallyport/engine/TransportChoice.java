package io.sallyport.engine;

/**
 * What moves the bytes.
 *
 * @since 0.1
 */
public enum TransportChoice {
  /** The best that this machine has. */
  AUTO,
  /** Linux epoll; the start fails where it is missing. */
  EPOLL,
  /** Linux io_uring; the start fails where it is missing or forbidden. */
  IO_URING,
  /** The JDK's own, everywhere. */
  NIO
}
