package io.sallyport.engine.transport;

import java.io.IOException;
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
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final Path CORES = Path.of("/proc/stat");

  /** For 8,192 cores, as many as Linux is built for at most. */
  private static final int MASK_BYTES = 1024;

  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

  private final MethodHandle getAffinity;
  private final MethodHandle setAffinity;

  /**
   * Finds the calls.
   *
   * @throws UnsupportedOperationException when there are none
   * @throws IllegalCallerException when this program may not make native calls
   */
  LinuxScheduler() {
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
    Path told = TASKS.resolve(Integer.toString(thread)).resolve("schedstat");
    try {
      return Long.parseLong(Files.readString(told).split(" ", 3)[1]);
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException fault) {
      throw new UntoldException(told + " cannot be read: " + fault);
    }
  }

  @Override
  public Map<Integer, Long> idle() {
    Map<Integer, Long> idle = new HashMap<>();
    try (Stream<String> lines = Files.lines(CORES)) {
      lines
          .filter(line -> line.matches("cpu\\d+ .*"))
          .map(line -> line.split(" ", -1))
          .forEach(numbers ->
              idle.put(
                  Integer.parseInt(numbers[0].substring("cpu".length())),
                  (Long.parseLong(numbers[4]) + Long.parseLong(numbers[5])) * TICK));
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException fault) {
      throw new UntoldException(CORES + " cannot be read: " + fault);
    }
    return idle;
  }

  @Override
  public Set<Integer> threads() {
    try (Stream<Path> threads = Files.list(TASKS)) {
      return threads
          .map(thread -> Integer.valueOf(thread.getFileName().toString()))
          .collect(Collectors.toSet());
    } catch (IOException | NumberFormatException fault) {
      throw new UntoldException(TASKS + " cannot be read: " + fault);
    }
  }
}
