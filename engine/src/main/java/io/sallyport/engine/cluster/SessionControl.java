package io.sallyport.engine.cluster;

import io.sallyport.engine.event.SessionEnd;
import java.time.Duration;

/**
 * What a cluster may ask of the sessions on its endpoints. Any thread; returns at once.
 *
 * @since 0.1
 */
public interface SessionControl {
  /** Closes the sessions on an endpoint, soon. */
  void closeOn(ClusterEndpoint endpoint, SessionEnd reason);

  /** Gives the sessions on an endpoint this long. */
  void drainOn(ClusterEndpoint endpoint, Duration time);
}
