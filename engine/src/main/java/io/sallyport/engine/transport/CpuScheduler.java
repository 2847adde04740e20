package io.sallyport.engine.transport;

/**
 * What the kernel's scheduler tells of threads, and can be told. Threads go by the kernel's ids.
 */
interface CpuScheduler {
  /**
   * What a thread has waited for a core.
   *
   * @param nanos altogether, in nanoseconds, since its start
   * @param turns how often it has had a core since then
   */
  record Waits(long nanos, long turns) {}

  /** How long a thread has waited since its start. */
  Waits waits(int thread) throws UntoldException;

  /**
   * Says whether a thread that wakes waits for its turn on a core that somebody has, instead of
   * taking it.
   *
   * @throws UntoldException when the kernel refuses
   */
  void batch(int thread, boolean batched) throws UntoldException;

  /** The kernel does not tell, or does not do as it is told. */
  final class UntoldException extends Exception {
    private static final long serialVersionUID = 1;

    UntoldException(String message) {
      super(message);
    }
  }
}
