package io.sallyport.api.health;

import java.net.InetAddress;
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

  /**
   * Connects, agrees on TLS where that is asked for, holds a dialogue, and closes. Returns at once;
   * never completes exceptionally.
   *
   * <p>What keeps the dialogue from its end is a result of its own: {@code LAYER4_…} when the
   * connection does not stand, {@code LAYER6_…} when TLS is not agreed, {@code LAYER7_TIMEOUT} when
   * the time is over, {@code LAYER7_INVALID_RESPONSE} when the endpoint breaks the connection or
   * says more than the request allows, {@code SOCKET_ERROR} when the dialogue throws. The result's
   * duration is that of the whole.
   *
   * @param dialogue used for this connection only; called by one thread at a time, and by none of
   *     the loops
   */
  CompletionStage<CheckResult> converse(ProbeRequest request, ProbeDialogue dialogue);

  /**
   * The same connector for connections that come from one of the node's own addresses. Cheap; what
   * it returns may be used as long as this one. The engine has done so already for a check that it
   * creates, where the catalog says {@code source-address}.
   */
  default ProbeConnector from(InetAddress source) {
    return this;
  }

  /**
   * Makes ready for conversations over TLS, so that the first probe need not wait for certificates
   * to be read. For {@link HealthCheckFactory#create}; returns at once, and tells of no fault: the
   * first probe will.
   */
  default void prepare(ProbeTls tls) {}
}
