package io.sallyport.distribution.demo;

/** The demo cannot run on this machine. The message says why, for people. */
final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoFailure(String message) {
    super(message);
  }
}
