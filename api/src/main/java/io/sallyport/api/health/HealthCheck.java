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
   * Starts one probe. Called on the control loop, where all of the node's health is kept and its
   * catalog is applied: must not block. Probes of different endpoints overlap; one of the same
   * endpoint starts beside another only when the engine has given that one up.
   *
   * <p>The stage should complete within {@link CheckTarget#timeout()}; the engine counts a probe
   * that does not as timed out, and one that completes exceptionally as a socket error.
   */
  CompletionStage<CheckResult> check(CheckTarget target);
}
