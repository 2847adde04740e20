package io.sallyport.api.health;

import java.util.concurrent.CompletionStage;

/**
 * One way of asking an endpoint whether it serves. Rise, fall, intervals and verdicts are the
 * engine's; a check only tells what one probe found.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HealthCheck {
  /**
   * Starts one probe. Called on the health thread; must not block. Probes of different endpoints
   * overlap; probes of one endpoint never do.
   *
   * <p>The stage should complete within {@link CheckTarget#timeout()}; the engine counts a probe
   * that does not as timed out, and one that completes exceptionally as a socket error.
   */
  CompletionStage<CheckResult> check(CheckTarget target);
}
