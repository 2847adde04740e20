package io.sallyport.plugins.health.http;

/** How long a body is, as the headers say. */
sealed interface HttpBody {
  /** That many bytes. */
  record Counted(long bytes) implements HttpBody {}

  /** In chunks, each with its length. */
  record Chunked() implements HttpBody {}

  /** Until the connection ends. */
  record UntilTheEnd() implements HttpBody {}

  /** The headers contradict themselves. */
  record Unclear(String reason) implements HttpBody {}

  /** How far a body in chunks has come. */
  enum Chunks {
    WHOLE,
    PARTIAL,
    BROKEN
  }

  /** More digits than any length needs. */
  int MOST_DIGITS = 15;

  int MOST_HEX_DIGITS = 8;

  /** What a head's lines say, the first line left out. */
  static HttpBody of(String headers) {
    long counted = -1;
    boolean chunked = false;
    for (String line : headers.split("\n", -1)) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : HttpAnswer.lower(line.substring(0, colon));
      String value = HttpAnswer.lower(line.substring(colon + 1));
      if (name.equals("content-length")) {
        boolean number = !value.isEmpty() && value.length() <= MOST_DIGITS;
        if (!number || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
          return new Unclear("the content length is no number");
        }
        long bytes = Long.parseLong(value);
        if (counted >= 0 && counted != bytes) {
          return new Unclear("there are two content lengths");
        }
        counted = bytes;
      } else if (name.equals("transfer-encoding")) {
        chunked = value.endsWith("chunked");
      }
    }
    return chunked ? new Chunked() : counted >= 0 ? new Counted(counted) : new UntilTheEnd();
  }

  /** Puts the chunks that have come together. */
  static Chunks chunks(String text, StringBuilder body) {
    int at = 0;
    while (true) {
      int end = text.indexOf('\n', at);
      if (end < 0) {
        return text.length() - at > 1024 ? Chunks.BROKEN : Chunks.PARTIAL;
      }
      String line = HttpAnswer.stripped(text.substring(at, end));
      int semicolon = line.indexOf(';');
      String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
      if (digits.isEmpty()
          || digits.length() > MOST_HEX_DIGITS
          || digits.chars().anyMatch(c -> Character.digit(c, 16) < 0 || c > 'f')) {
        return Chunks.BROKEN;
      }
      long length = Long.parseLong(digits, 16);
      if (length == 0) {
        return Chunks.WHOLE;
      }
      int from = end + 1;
      if (text.length() - from < length) {
        body.append(text, from, text.length());
        return Chunks.PARTIAL;
      }
      int to = from + (int) length;
      body.append(text, from, to);
      // The line's end behind a chunk may not have come yet.
      int next = text.startsWith("\r\n", to) ? to + 2 : text.startsWith("\n", to) ? to + 1 : to;
      if (next == to && text.length() - to >= 2) {
        return Chunks.BROKEN;
      }
      if (next == to) {
        return Chunks.PARTIAL;
      }
      at = next;
    }
  }
}
