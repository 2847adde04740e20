package io.sallyport.plugins.health.http;

import java.util.Locale;

/**
 * What an endpoint has answered so far, of HTTP/1. Strict in what decides the verdict, the status
 * and the length of the body; lenient in the rest. Reading again after more has come is cheap,
 * since an answer is bounded.
 */
sealed interface HttpAnswer {
  /** More must come. */
  record Partial() implements HttpAnswer {}

  /**
   * It is not HTTP.
   *
   * @param reason for the log
   */
  record Broken(String reason) implements HttpAnswer {}

  /**
   * The head is there.
   *
   * @param status from 100 to 599
   * @param reason the words after it; may be empty
   * @param body as much of it as has come, each byte one character
   * @param whole whether that is all of it
   */
  record Head(int status, String reason, String body, boolean whole) implements HttpAnswer {}

  /** What every answer begins with, as far as it says which HTTP it is. */
  String START = "HTTP/1.";

  /** The status stands behind {@code HTTP/1.1 }. */
  int STATUS_AT = 9;

  int LONGEST_REASON = 100;

  /**
   * Reads an answer.
   *
   * @param text each byte one character
   * @param over whether nothing more will come
   * @param bodiless whether the request's method allows no body
   */
  static HttpAnswer read(String text, boolean over, boolean bodiless) {
    int at = 0;
    while (true) {
      String start = text.substring(at, Math.min(text.length(), at + START.length()));
      if (!START.startsWith(start)) {
        return new Broken("the endpoint does not speak HTTP");
      }
      int end = text.indexOf('\n', at);
      if (end < 0) {
        return over ? new Broken("the answer ends within its head") : new Partial();
      }
      String line = stripped(text.substring(at, end));
      int status = status(line);
      if (status < 0) {
        return new Broken("the status line is none");
      }
      int bodyAt = afterHeaders(text, end + 1);
      if (bodyAt < 0) {
        return over ? new Broken("the answer ends within its head") : new Partial();
      }
      if (status >= 200) {
        boolean empty = bodiless || status == 204 || status == 304;
        return withBody(text, status, reason(line), end + 1, bodyAt, empty, over);
      }
      // An interim answer: the true one follows.
      at = bodyAt;
    }
  }

  private static HttpAnswer withBody(
      String text,
      int status,
      String reason,
      int headersAt,
      int bodyAt,
      boolean empty,
      boolean over) {
    if (empty) {
      return new Head(status, reason, "", true);
    }
    HttpBody length = HttpBody.of(text.substring(headersAt, bodyAt));
    String rest = text.substring(bodyAt);
    return switch (length) {
      case HttpBody.Unclear(String why) -> new Broken(why);
      case HttpBody.UntilTheEnd() -> new Head(status, reason, rest, over);
      case HttpBody.Counted(long bytes) ->
          rest.length() >= bytes
              ? new Head(status, reason, rest.substring(0, (int) bytes), true)
              : new Head(status, reason, rest, over);
      case HttpBody.Chunked() -> {
        StringBuilder body = new StringBuilder();
        yield switch (HttpBody.chunks(rest, body)) {
          case BROKEN -> new Broken("the body's chunks are none");
          case PARTIAL -> new Head(status, reason, body.toString(), over);
          case WHOLE -> new Head(status, reason, body.toString(), true);
        };
      }
    };
  }

  /** The status of a line such as {@code HTTP/1.1 200 OK}; negative when it is no such line. */
  private static int status(String line) {
    if (line.length() < STATUS_AT + 3
        || !line.startsWith(START)
        || !digit(line.charAt(7))
        || line.charAt(8) != ' '
        || (line.length() > STATUS_AT + 3 && line.charAt(STATUS_AT + 3) != ' ')) {
      return -1;
    }
    int status = 0;
    for (int i = STATUS_AT; i < STATUS_AT + 3; i++) {
      if (!digit(line.charAt(i))) {
        return -1;
      }
      status = status * 10 + line.charAt(i) - '0';
    }
    return status >= 100 && status < 600 ? status : -1;
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The words behind the status, as far as they can stand in a log. */
  private static String reason(String line) {
    StringBuilder reason = new StringBuilder();
    for (int i = STATUS_AT + 4; i < line.length() && reason.length() < LONGEST_REASON; i++) {
      char c = line.charAt(i);
      reason.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return reason.toString().strip();
  }

  /** Where the body begins; negative when the headers have not ended. */
  private static int afterHeaders(String text, int from) {
    int at = from;
    while (true) {
      int end = text.indexOf('\n', at);
      if (end < 0) {
        return -1;
      }
      if (stripped(text.substring(at, end)).isEmpty()) {
        return end + 1;
      }
      at = end + 1;
    }
  }

  /** A line without the carriage return at its end. */
  static String stripped(String line) {
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /** A header's name or a token of its value, to compare. */
  static String lower(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
