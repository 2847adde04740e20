package io.sallyport.distribution.hocon;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as configurations write them: {@code 65536}, {@code 64KiB}, {@code 1.5M}. */
public final class Sizes {
  private static final Pattern WRITTEN =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z]*)");

  /**
   * A single letter means a power of two, as in {@code java -Xmx}; so do {@code Ki}, {@code KiB}.
   */
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("b", 1L),
          Map.entry("kb", 1_000L),
          Map.entry("mb", 1_000_000L),
          Map.entry("gb", 1_000_000_000L),
          Map.entry("tb", 1_000_000_000_000L),
          Map.entry("k", 1L << 10),
          Map.entry("ki", 1L << 10),
          Map.entry("kib", 1L << 10),
          Map.entry("m", 1L << 20),
          Map.entry("mi", 1L << 20),
          Map.entry("mib", 1L << 20),
          Map.entry("g", 1L << 30),
          Map.entry("gi", 1L << 30),
          Map.entry("gib", 1L << 30),
          Map.entry("t", 1L << 40),
          Map.entry("ti", 1L << 40),
          Map.entry("tib", 1L << 40));

  private Sizes() {}

  static Optional<Long> parse(String text) {
    Matcher written = WRITTEN.matcher(text.strip());
    if (!written.matches()) {
      return Optional.empty();
    }
    Long unit = UNITS.get(written.group(2).toLowerCase(Locale.ROOT));
    if (unit == null) {
      return Optional.empty();
    }
    BigInteger bytes =
        new BigDecimal(written.group(1)).multiply(BigDecimal.valueOf(unit)).toBigInteger();
    return Optional.of(bytes.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue());
  }

  /** The shortest usual text of a size. */
  public static String text(long bytes) {
    if (bytes == 0 || bytes % 1024 != 0) {
      return String.valueOf(bytes);
    }
    long rest = bytes;
    int power = 0;
    while (power < 4 && rest % 1024 == 0) {
      rest /= 1024;
      power++;
    }
    return rest + "KMGT".substring(power - 1, power) + "iB";
  }
}
