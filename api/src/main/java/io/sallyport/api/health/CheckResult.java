package io.sallyport.api.health;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What one probe found.
 *
 * @param status how it ended
 * @param duration how long it took
 * @param code the application's status code where it has one, such as an HTTP status
 * @param info a few words for the log, may be empty
 * @since 0.1
 */
public record CheckResult(CheckStatus status, Duration duration, OptionalInt code, String info) {
  /** A result without code. */
  public static CheckResult of(CheckStatus status, Duration duration, String info) {
    return new CheckResult(status, duration, OptionalInt.empty(), info);
  }
}
