package io.sallyport.benchmarks.process;

/** A program did not do what the measurement needs of it. */
public final class ProcessFaultException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ProcessFaultException(String message) {
    super(message);
  }
}
