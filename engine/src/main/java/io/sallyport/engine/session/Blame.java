package io.sallyport.engine.session;

import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.health.ConnectFault;
import org.jspecify.annotations.Nullable;

/** What an endpoint is to be blamed for when a session that had reached it ends. */
final class Blame {
  private Blame() {}

  /**
   * In words; null when it is nothing. An endpoint that has answered may break a connection for
   * reasons of its own; one whose client has ended without a word was asked nothing, and need not
   * answer. A client that has said nothing yet may be about to, or may wait for the endpoint to
   * speak first: who resets it turns everybody away.
   */
  static @Nullable String of(SessionEnd reason, Circuit circuit) {
    if (reason != SessionEnd.ENDPOINT_ABORTED && reason != SessionEnd.ENDPOINT_TIMEOUT) {
      return null;
    }
    Throwable fault = circuit.endpointFault();
    if (fault != null && ConnectFault.unanswered(fault)) {
      return "the kernel gave its connection up";
    }
    boolean asked = circuit.received() > 0 || !circuit.clientEnded();
    if (circuit.returned() > 0 || !asked) {
      return null;
    }
    return reason == SessionEnd.ENDPOINT_ABORTED
        ? "reset before it sent a byte"
        : "it sent no byte in time";
  }
}
