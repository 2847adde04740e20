package io.sallyport.benchmarks.load;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code strace -c} prints.
 *
 * @param calls how often each system call was made
 */
public record StraceReport(Map<String, Long> calls) {
  /** Reads of the clock. On most machines they are no system calls at all, so they count apart. */
  private static final Set<String> CLOCK = Set.of("clock_gettime", "gettimeofday", "time");

  private static final Pattern ROW =
      Pattern.compile(
          "^\\s*[0-9.]+\\s+[0-9.]+\\s+\\d+\\s+(\\d+)\\s+(?:\\d+\\s+)?([a-z_]\\w*)\\s*$");

  public StraceReport {
    calls = Map.copyOf(calls);
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when there is no table
   */
  public static StraceReport of(String text) {
    Map<String, Long> calls = new TreeMap<>();
    for (String line : text.lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && !row.group(2).equals("total")) {
        calls.merge(row.group(2), Long.parseLong(row.group(1)), Long::sum);
      }
    }
    if (calls.isEmpty()) {
      throw new IllegalArgumentException("not what strace -c prints: " + text);
    }
    return new StraceReport(calls);
  }

  /** All but the clock's. */
  public long work() {
    return total() - clockReads();
  }

  /** The clock's alone. */
  public long clockReads() {
    return calls.entrySet().stream()
        .filter(call -> CLOCK.contains(call.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private long total() {
    return calls.values().stream().mapToLong(Long::longValue).sum();
  }
}
