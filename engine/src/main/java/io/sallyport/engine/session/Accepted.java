package io.sallyport.engine.session;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that was accepted and belongs to nobody yet. */
interface Accepted {
  /** Where it comes from. */
  InetSocketAddress client();

  /** What it said before it was told apart; null when it was not asked. */
  default @Nullable Greeted greeted() {
    return null;
  }

  /** Makes it a session's. Event loop of the session. */
  Circuit circuit(SessionLoop loop, Circuit.Events events);

  /** Closes it. */
  void discard();
}
