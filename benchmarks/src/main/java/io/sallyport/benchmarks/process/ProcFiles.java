package io.sallyport.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What {@code /proc} says of a process. */
public final class ProcFiles {
  /** USER_HZ, which is 100 on every architecture that Sallyport runs on. */
  private static final long TICKS_PER_SECOND = 100;

  private static final int LISTENING = 0x0A;

  private ProcFiles() {}

  /** User and system time of all threads, dead ones included. In steps of 10 ms. */
  public static Duration cpu(long pid) {
    return cpu(text(Path.of("/proc/" + pid + "/stat")));
  }

  /** The same, from the text of a {@code stat} file. */
  static Duration cpu(String stat) {
    // The command's name stands in parentheses and may hold blanks and parentheses itself.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    long ticks = Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
    return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
  }

  /** Resident memory in bytes. */
  public static long resident(long pid) {
    return resident(text(Path.of("/proc/" + pid + "/status")));
  }

  /** The same, from the text of a {@code status} file. */
  static long resident(String status) {
    for (String line : status.lines().toList()) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new ProcessFaultException("no VmRSS, so the process has ended");
  }

  /**
   * How many IPv4 sockets of this network namespace listen on addresses that start with two bytes.
   */
  public static int listeners(int first, int second) {
    return listeners(text(Path.of("/proc/net/tcp")).lines().toList(), first, second);
  }

  static int listeners(List<String> lines, int first, int second) {
    // The address is printed as the integer it is to a little-endian machine.
    String ending = "%02X%02X:".formatted(second, first);
    int found = 0;
    for (String line : lines) {
      int colon = line.indexOf(": ");
      if (colon > 0
          && line.regionMatches(colon + 6, ending, 0, ending.length())
          && line.startsWith(" %02X ".formatted(LISTENING), colon + 29)) {
        found++;
      }
    }
    return found;
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.US_ASCII);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }
}
