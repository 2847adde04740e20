package io.sallyport.engine.session;

import java.net.InetSocketAddress;

/** A connection that was accepted and belongs to nobody yet. */
interface Accepted {
  /** Where it comes from. */
  InetSocketAddress client();

  /** Makes it a session's. Event loop of the session. */
  Circuit circuit(SessionLoop loop, Circuit.Events events);

  /** Closes it. */
  void discard();
}
