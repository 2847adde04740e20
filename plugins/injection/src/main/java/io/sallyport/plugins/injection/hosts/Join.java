package io.sallyport.plugins.injection.hosts;

import io.sallyport.plugins.injection.files.Checksum;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What the first of our lines remembers when it stands behind a foreign last line that had no line
 * end: that we added one, and to what, so that it goes again with our lines. Written into the
 * marker as {@code +lf:9f8e7d6c}.
 *
 * @param ending the line end that we added
 * @param checksum {@link Checksum} of the foreign line; on any other line the line end is not ours
 */
record Join(Ending ending, int checksum) {
  /** How many characters a join takes at most, with a space before it. */
  static final int LONGEST = " +crlf:".length() + Integer.BYTES * 2;

  String text() {
    return "+" + ending.word() + ":" + HexFormat.of().toHexDigits(checksum);
  }

  static Optional<Join> parse(String text) {
    for (Ending ending : Ending.values()) {
      String start = "+" + ending.word() + ":";
      if (text.startsWith(start)) {
        return Checksum.parse(text.substring(start.length()))
            .map(checksum -> new Join(ending, checksum));
      }
    }
    return Optional.empty();
  }
}
