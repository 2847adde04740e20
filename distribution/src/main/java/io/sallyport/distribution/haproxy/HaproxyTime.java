package io.sallyport.distribution.haproxy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HAProxy's times: a whole number and a unit, milliseconds where there is none. */
final class HaproxyTime {
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,18})(us|ms|s|m|h|d)?");
  private static final BigInteger MOST_MICROS = BigInteger.valueOf(Long.MAX_VALUE / 1_000);
  private static final Map<String, Long> MICROS =
      Map.of(
          "us", 1L,
          "ms", 1_000L,
          "s", 1_000_000L,
          "m", 60_000_000L,
          "h", 3_600_000_000L,
          "d", 86_400_000_000L);

  private HaproxyTime() {}

  /** The time, in whole milliseconds as HAProxy counts; empty when it is none. */
  static Optional<Duration> parse(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      return Optional.empty();
    }
    String unit = written.group(2) == null ? "ms" : written.group(2);
    long micros =
        new BigInteger(written.group(1))
            .multiply(BigInteger.valueOf(MICROS.getOrDefault(unit, 1L)))
            .min(MOST_MICROS)
            .longValue();
    boolean nothing = micros == 0;
    return Optional.of(Duration.ofMillis(nothing ? 0 : Math.max(1, micros / 1_000)));
  }
}
