package io.sallyport.engine.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Linux's scheduler: sched_getaffinity(2), sched_setaffinity(2), and proc(5). Any thread.
 *
 * <p>Waiting is the second number of a thread's {@code schedstat}; a core's idleness the fourth and
 * fifth number (idle, and idle while a disk works) of its line in {@code /proc/stat}, in hundredths
 * of a second.
 */
final class LinuxScheduler implements CpuScheduler {
  /** For 8,192 cores, as many as Linux is built for at most. */
  private static final int MASK_BYTES = 1024;

  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

  private final Path proc;
  private final MethodHandle getAffinity;
  private final MethodHandle setAffinity;

  /**
   * Finds the calls.
   *
   * @throws UnsupportedOperationException when there are none
   * @throws IllegalCallerException when this program may not make native calls
   */
  LinuxScheduler() {
    this(Path.of("/proc"));
  }

  /** One that finds proc(5) elsewhere. */
  LinuxScheduler(Path proc) {
    this.proc = proc;
    getAffinity = call("sched_getaffinity");
    setAffinity = call("sched_setaffinity");
  }

  @SuppressWarnings("restricted") // What a native call is.
  private static MethodHandle call(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(
                () -> new UnsupportedOperationException("the C library has no " + name + "()")),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS));
  }

  @Override
  public BitSet cores(int thread) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      if (invoke(getAffinity, thread, mask) < 0) {
        throw new UntoldException("sched_getaffinity() fails for thread " + thread);
      }
      return BitSet.valueOf(mask.toArray(ValueLayout.JAVA_LONG));
    }
  }

  @Override
  public boolean bind(int thread, BitSet cores) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      mask.copyFrom(MemorySegment.ofArray(cores.toLongArray()));
      return invoke(setAffinity, thread, mask) == 0;
    }
  }

  private static int invoke(MethodHandle call, int thread, MemorySegment mask) {
    try {
      return (int) call.invokeExact(thread, mask.byteSize(), mask);
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public long waited(int thread) {
    Path told = (thread == 0 ? proc.resolve("thread-self") : task(thread)).resolve("schedstat");
    try {
      String[] numbers = Files.readString(told).split(" ", 3);
      if (Long.parseLong(numbers[0]) == 0) {
        // A thread that is asked has run; such a kernel does not count.
        throw new UntoldException(told + " is not counted");
      }
      return Long.parseLong(numbers[1]);
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException fault) {
      throw new UntoldException(told + " cannot be read: " + fault);
    }
  }

  @Override
  public Map<Integer, Long> idle() {
    Path told = proc.resolve("stat");
    Map<Integer, Long> idle = new HashMap<>();
    try {
      for (String line : Files.readAllLines(told)) {
        if (line.matches("cpu\\d+ .*")) {
          String[] numbers = line.split(" ", -1);
          idle.put(
              Integer.parseInt(numbers[0].substring("cpu".length())),
              (Long.parseLong(numbers[4]) + Long.parseLong(numbers[5])) * TICK);
        }
      }
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException fault) {
      throw new UntoldException(told + " cannot be read: " + fault);
    }
    return idle;
  }

  @Override
  public Set<Integer> threads() {
    Path told = proc.resolve("self").resolve("task");
    try (Stream<Path> threads = Files.list(told)) {
      return threads
          .map(thread -> Integer.valueOf(thread.getFileName().toString()))
          .collect(Collectors.toSet());
    } catch (IOException | UncheckedIOException | NumberFormatException fault) {
      throw new UntoldException(told + " cannot be read: " + fault);
    }
  }

  private Path task(int thread) {
    return proc.resolve("self").resolve("task").resolve(Integer.toString(thread));
  }
}
