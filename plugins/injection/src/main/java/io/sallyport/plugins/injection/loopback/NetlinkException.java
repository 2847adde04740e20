package io.sallyport.plugins.injection.loopback;

/** The conversation with the kernel itself failed, as opposed to a request that it refused. */
final class NetlinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Made with what was tried and what went wrong. */
  NetlinkException(String message) {
    super(message);
  }

  /** Made with what was tried and the system call's error number. */
  NetlinkException(String operation, int errno) {
    this(operation + ": " + Errno.text(errno));
  }
}
