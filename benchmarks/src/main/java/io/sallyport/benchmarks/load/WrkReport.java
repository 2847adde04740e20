package io.sallyport.benchmarks.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk prints at its end.
 *
 * @param requests answered requests
 * @param perSecond requests per second
 * @param errors of sockets, and answers that were none of 2xx or 3xx
 */
public record WrkReport(long requests, double perSecond, long errors) {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern SOCKET_ERRORS =
      Pattern.compile("connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern BAD_ANSWERS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when it is not what wrk prints
   */
  public static WrkReport of(String text) {
    long errors = 0;
    Matcher sockets = SOCKET_ERRORS.matcher(text);
    if (sockets.find()) {
      for (int i = 1; i <= sockets.groupCount(); i++) {
        errors += Long.parseLong(sockets.group(i));
      }
    }
    Matcher answers = BAD_ANSWERS.matcher(text);
    if (answers.find()) {
      errors += Long.parseLong(answers.group(1));
    }
    return new WrkReport(
        Long.parseLong(first(REQUESTS, text)), Double.parseDouble(first(RATE, text)), errors);
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("not what wrk prints, no \"" + pattern + "\": " + text);
    }
    return matcher.group(1);
  }
}
