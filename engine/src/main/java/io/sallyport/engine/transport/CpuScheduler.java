package io.sallyport.engine.transport;

import java.util.BitSet;
import java.util.Map;
import java.util.Set;

/**
 * What the kernel's scheduler tells of threads and cores, and can be told. A thread is named by the
 * kernel's id; 0 is the calling one. What it does not tell is an {@link UntoldException}.
 */
interface CpuScheduler {
  /** The cores that a thread may run on. */
  BitSet cores(int thread);

  /** Lets a thread run on these cores only; false when the kernel refuses, or it has ended. */
  boolean bind(int thread, BitSet cores);

  /** For how long, in nanoseconds, a thread has had work to do but no core, since its start. */
  long waited(int thread);

  /** For how long, in nanoseconds, each core has had nothing to do, since the machine's start. */
  Map<Integer, Long> idle();

  /** The threads of this process. */
  Set<Integer> threads();

  /** The kernel does not tell. */
  final class UntoldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UntoldException(String message) {
      super(message);
    }
  }
}
