package io.sallyport.api.health;

import java.time.Duration;

/**
 * How a probe's connection attempt ended.
 *
 * @since 0.1
 */
public sealed interface ProbeOutcome {
  /** How long the attempt took. */
  Duration duration();

  /** The endpoint accepted. */
  record Connected(Duration duration) implements ProbeOutcome {}

  /**
   * The endpoint or the network said no.
   *
   * @param info the system's words
   */
  record Refused(Duration duration, String info) implements ProbeOutcome {}

  /** Nothing answered in time. */
  record TimedOut(Duration duration) implements ProbeOutcome {}

  /**
   * This side could not try: no descriptor, no buffer.
   *
   * @param info the system's words
   */
  record Unable(Duration duration, String info) implements ProbeOutcome {}
}
