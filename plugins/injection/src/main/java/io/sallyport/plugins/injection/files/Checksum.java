package io.sallyport.plugins.injection.files;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/** CRC-32 as eight hexadecimal digits: enough to notice that a hand or a tool changed a line. */
public final class Checksum {
  private static final int DIGITS = Integer.BYTES * 2;

  private Checksum() {}

  public static int of(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  public static int of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return of(bytes, 0, bytes.length);
  }

  public static Optional<Integer> parse(String text) {
    if (text.length() != DIGITS || !text.chars().allMatch(HexFormat::isHexDigit)) {
      return Optional.empty();
    }
    return Optional.of(HexFormat.fromHexDigits(text));
  }
}
