package io.sallyport.distribution.hocon;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as configurations write them: a number and a unit, such as {@code 250ms} or {@code 3s}.
 *
 * @since 0.1
 */
public final class Durations {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,30}(?:\\.\\d{1,9})?)\\s*([a-z]+)");
  private static final Pattern BARE = Pattern.compile("\\d+(?:\\.\\d+)?");
  private static final BigDecimal MOST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final Map<String, Duration> UNITS =
      Map.ofEntries(
          Map.entry("ns", Duration.ofNanos(1)),
          Map.entry("nanos", Duration.ofNanos(1)),
          Map.entry("nanosecond", Duration.ofNanos(1)),
          Map.entry("nanoseconds", Duration.ofNanos(1)),
          Map.entry("us", Duration.ofNanos(1_000)),
          Map.entry("micros", Duration.ofNanos(1_000)),
          Map.entry("microsecond", Duration.ofNanos(1_000)),
          Map.entry("microseconds", Duration.ofNanos(1_000)),
          Map.entry("ms", Duration.ofMillis(1)),
          Map.entry("millis", Duration.ofMillis(1)),
          Map.entry("millisecond", Duration.ofMillis(1)),
          Map.entry("milliseconds", Duration.ofMillis(1)),
          Map.entry("s", Duration.ofSeconds(1)),
          Map.entry("second", Duration.ofSeconds(1)),
          Map.entry("seconds", Duration.ofSeconds(1)),
          Map.entry("m", Duration.ofMinutes(1)),
          Map.entry("minute", Duration.ofMinutes(1)),
          Map.entry("minutes", Duration.ofMinutes(1)),
          Map.entry("h", Duration.ofHours(1)),
          Map.entry("hour", Duration.ofHours(1)),
          Map.entry("hours", Duration.ofHours(1)),
          Map.entry("d", Duration.ofDays(1)),
          Map.entry("day", Duration.ofDays(1)),
          Map.entry("days", Duration.ofDays(1)));

  private Durations() {}

  /**
   * The duration that a text stands for; empty when it has no unit or is none. What is longer than
   * 292 years is cut to that.
   */
  public static Optional<Duration> parse(String text) {
    Matcher written = WRITTEN.matcher(text.strip());
    if (!written.matches()) {
      return Optional.empty();
    }
    Duration unit = UNITS.get(written.group(2));
    if (unit == null) {
      return Optional.empty();
    }
    BigDecimal nanos =
        new BigDecimal(written.group(1)).multiply(BigDecimal.valueOf(unit.toNanos()));
    return Optional.of(Duration.ofNanos(nanos.min(MOST_NANOS).longValue()));
  }

  /** True for a number that lacks nothing but its unit. */
  public static boolean lacksUnit(String text) {
    return BARE.matcher(text.strip()).matches();
  }

  /** The shortest text that reads back as the same duration: {@code 1500ms}, {@code 2m}. */
  public static String text(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toNanosPart() % 1_000 != 0) {
      return duration.toNanos() + "ns";
    }
    if (duration.toNanosPart() % 1_000_000 != 0) {
      return duration.toNanos() / 1_000 + "us";
    }
    if (duration.toNanosPart() != 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
