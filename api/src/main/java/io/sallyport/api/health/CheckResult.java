package io.sallyport.api.health;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one probe found.
 *
 * @param status how it ended
 * @param duration how long it took
 * @param code the application's status code where it has one, such as an HTTP status
 * @param info a few words for the log, may be empty
 * @param warning what somebody should see to although the endpoint may well serve, such as a
 *     certificate that ends soon; empty when there is nothing. Told when it changes, so it should
 *     say the same while nothing has changed
 * @param advice what the endpoint asks to be done with it; empty when it has not said
 * @since 0.1
 */
public record CheckResult(
    CheckStatus status,
    Duration duration,
    OptionalInt code,
    String info,
    String warning,
    Optional<CheckAdvice> advice) {
  /** Checks that nothing is null. */
  public CheckResult {
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(duration, "duration");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(info, "info");
    Objects.requireNonNull(warning, "warning");
    Objects.requireNonNull(advice, "advice");
  }

  /** A result without warning and advice. */
  public CheckResult(CheckStatus status, Duration duration, OptionalInt code, String info) {
    this(status, duration, code, info, "", Optional.empty());
  }

  /** A result without code. */
  public static CheckResult of(CheckStatus status, Duration duration, String info) {
    return new CheckResult(status, duration, OptionalInt.empty(), info);
  }

  /** A result of a conversation, which takes the time itself. */
  public static CheckResult of(CheckStatus status, String info) {
    return of(status, Duration.ZERO, info);
  }

  /** A result of a conversation with a code. */
  public static CheckResult of(CheckStatus status, int code, String info) {
    return new CheckResult(status, Duration.ZERO, OptionalInt.of(code), info);
  }

  /** The same, found in another time. */
  public CheckResult taking(Duration time) {
    return new CheckResult(status, time, code, info, warning, advice);
  }

  /** The same with a warning. */
  public CheckResult warning(String words) {
    return new CheckResult(status, duration, code, info, words, advice);
  }

  /** The same with advice. */
  public CheckResult advising(Optional<CheckAdvice> words) {
    return new CheckResult(status, duration, code, info, warning, words);
  }
}
