package io.sallyport.engine.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Linux's scheduler: sched_setscheduler(2), and a thread's {@code schedstat} in proc(5), whose
 * numbers are nanoseconds that it ran, nanoseconds that it waited, and turns. Any thread.
 */
final class LinuxScheduler implements CpuScheduler {
  // Linux's numbers, from <linux/sched.h>.
  private static final int SCHED_OTHER = 0;
  private static final int SCHED_BATCH = 3;

  private final Path tasks;
  private final MethodHandle setScheduler;

  /**
   * Finds the call.
   *
   * @throws UnsupportedOperationException when there is none
   * @throws IllegalCallerException when this program may not make native calls
   */
  LinuxScheduler() {
    this(Path.of("/proc/self/task"));
  }

  /** One that finds its threads elsewhere in the file system. */
  LinuxScheduler(Path tasks) {
    this.tasks = tasks;
    setScheduler =
        NativeCall.find(
            "sched_setscheduler",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS));
  }

  @Override
  public Waits waits(int thread) throws UntoldException {
    Path told = tasks.resolve(Integer.toString(thread)).resolve("schedstat");
    try {
      String[] numbers = Files.readString(told).strip().split(" ", 3);
      Waits waits = new Waits(Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
      if (waits.turns() == 0) {
        // A thread that can be asked for has had a turn; such a kernel does not count.
        throw new UntoldException(told + " is not counted");
      }
      return waits;
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException fault) {
      throw new UntoldException(told + " cannot be read: " + fault);
    }
  }

  @Override
  public void batch(int thread, boolean batched) throws UntoldException {
    int result;
    try (Arena arena = Arena.ofConfined()) {
      // A struct sched_param: the priority, which is 0 for both.
      MemorySegment parameter = arena.allocate(ValueLayout.JAVA_INT);
      result =
          (int) setScheduler.invokeExact(thread, batched ? SCHED_BATCH : SCHED_OTHER, parameter);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
    if (result < 0) {
      throw new UntoldException("sched_setscheduler() refuses for thread " + thread);
    }
  }
}
