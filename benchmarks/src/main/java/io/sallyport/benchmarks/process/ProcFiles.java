package io.sallyport.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code /proc} and {@code /sys} say of a process and of the machine. */
public final class ProcFiles {
  /** USER_HZ, which is 100 on every architecture that Sallyport runs on. */
  private static final long TICKS_PER_SECOND = 100;

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
   * How many sockets of this network namespace listen on IPv4 addresses that start with two bytes,
   * those of programs that open IPv6 sockets for them included.
   */
  public static int listeners(int first, int second) {
    return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
        .map(Path::of)
        .filter(Files::exists)
        .mapToInt(file -> listeners(text(file).lines().toList(), first, second))
        .sum();
  }

  static int listeners(List<String> lines, int first, int second) {
    // Each four bytes of an address are printed as the integer they are to a little-endian machine.
    Pattern wanted =
        Pattern.compile(
            "^ *\\d+: (?:0{16}FFFF0000)?[0-9A-F]{4}%02X%02X:[0-9A-F]{4} [0-9A-F]+:0000 0A .*"
                .formatted(second, first));
    return (int) lines.stream().filter(line -> wanted.matcher(line).matches()).count();
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** What stands behind a key in one of the kernel's files of keys and values, or "unknown". */
  public static String line(String file, String key) {
    return text(file)
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  /** All of a small file, without blanks around it. */
  public static String text(String file) {
    return text(Path.of(file)).strip();
  }
}
