package io.sallyport.plugins.injection.rendered;

import io.sallyport.plugins.injection.files.Checksum;
import io.sallyport.plugins.injection.files.Content;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The text of a file that is ours as a whole. Its first line says so, with a checksum of the rest,
 * so that a file of ours can be told from one that others wrote, and from ours with their changes.
 */
final class OwnedText {
  private static final String MARK = "# sallyport: this file is Sallyport's; changes are undone. ";

  private OwnedText() {}

  /** What a content turned out to be. */
  sealed interface Reading {
    /** Ours as we wrote it. */
    record Ours(List<String> lines) implements Reading {}

    /** Ours, changed by others since. */
    record Changed(List<String> lines) implements Reading {}

    /** Nothing at all: nobody's. */
    record Empty() implements Reading {}

    /** Somebody else's. */
    record Foreign() implements Reading {}
  }

  static Content content(List<String> lines) {
    StringBuilder body = new StringBuilder();
    lines.forEach(line -> body.append(line).append('\n'));
    return new Content(
        (MARK + HexFormat.of().toHexDigits(Checksum.of(body.toString())) + "\n" + body)
            .getBytes(StandardCharsets.ISO_8859_1));
  }

  static Reading read(Content content) {
    String text = new String(content.bytes(), StandardCharsets.ISO_8859_1);
    if (text.isEmpty()) {
      return new Reading.Empty();
    }
    if (!text.startsWith(MARK)) {
      return new Reading.Foreign();
    }
    int body = text.indexOf('\n') + 1;
    List<String> lines =
        body == 0 || body == text.length()
            ? List.of()
            : Arrays.asList(text.substring(body).split("\n", -1));
    if (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines = lines.subList(0, lines.size() - 1);
    }
    return content(lines).equals(content) ? new Reading.Ours(lines) : new Reading.Changed(lines);
  }
}
