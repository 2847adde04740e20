package io.sallyport.api.health;

import io.sallyport.api.catalog.EndpointMode;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an endpoint asks to be done with it, as HAProxy's agents do. It never gives an endpoint more
 * than the catalog does: where the catalog says drain, {@code ENABLED} changes nothing.
 *
 * <p>What a probe does not advise stays as an earlier one advised. Advice is forgotten when the
 * check's settings change, or when the endpoint leaves the catalog.
 *
 * @param weightPercent of the catalog's weight; 0 takes no new sessions; empty: no word of it
 * @param maxSessions sessions at once on this endpoint; 0 means no limit; empty: no word of it
 * @param mode what is wanted of it; empty: no word of it
 * @since 0.1
 */
public record CheckAdvice(
    OptionalInt weightPercent, OptionalInt maxSessions, Optional<EndpointMode> mode) {
  /** The most that a weight can be raised to, in percent. */
  public static final int MOST_PERCENT = 25_600;

  /** No advice at all. */
  public static final CheckAdvice NONE =
      new CheckAdvice(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of its bounds
   */
  public CheckAdvice {
    Objects.requireNonNull(mode, "mode");
    int percent = weightPercent.orElse(0);
    if (percent < 0 || percent > MOST_PERCENT) {
      throw new IllegalArgumentException("no weight has " + percent + " %");
    }
    if (maxSessions.orElse(0) < 0) {
      throw new IllegalArgumentException("sessions cannot be " + maxSessions.getAsInt());
    }
  }

  /** This advice, and of what it says nothing, the earlier one. */
  public CheckAdvice over(CheckAdvice earlier) {
    return new CheckAdvice(
        weightPercent.isPresent() ? weightPercent : earlier.weightPercent,
        maxSessions.isPresent() ? maxSessions : earlier.maxSessions,
        mode.isPresent() ? mode : earlier.mode);
  }
}
