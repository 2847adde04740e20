package io.sallyport.api.health;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Connects for health checks, on the engine's health loop and never on the data path's.
 *
 * @since 0.1
 */
public interface ProbeConnector {
  /**
   * Connects and closes at once by RST, as a bare HAProxy check does, so that no TIME_WAIT is left
   * behind. Returns at once; never completes exceptionally; completes on the health loop.
   *
   * @param timeout when to give up
   */
  CompletionStage<ProbeOutcome> connect(InetSocketAddress address, Duration timeout);
}
