package io.sallyport.benchmarks.load;

import io.sallyport.benchmarks.process.Daemon;
import io.sallyport.benchmarks.process.ProcessFaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts a process's system calls, those of all its threads.
 *
 * @param program strace
 */
public record Strace(Path program) {
  private static final Duration ATTACHING = Duration.ofSeconds(10);

  /** Counts what a process does while something runs. */
  public StraceReport during(long pid, Path directory, Runnable work) {
    Path table = directory.resolve("strace.out");
    Path log = directory.resolve("strace.log");
    List<String> command =
        List.of(program.toString(), "-c", "-f", "-o", table.toString(), "-p", Long.toString(pid));
    try (Daemon strace = Daemon.start(command, log)) {
      long end = System.nanoTime() + ATTACHING.toNanos();
      while (!strace.output().contains(" attached")) {
        if (!strace.alive() || System.nanoTime() > end) {
          throw new ProcessFaultException("strace does not attach: " + strace.tail());
        }
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      work.run();
      // It detaches, then writes its table.
      if (!strace.terminate(ATTACHING)) {
        throw new ProcessFaultException("strace does not detach: " + strace.tail());
      }
    }
    try {
      String text = Files.readString(table);
      Files.delete(table);
      Files.delete(log);
      return StraceReport.of(text);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
