package io.sallyport.engine.session;

import io.sallyport.api.catalog.Preamble;
import io.sallyport.engine.event.EngineEvent.SessionEnded;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.preamble.ClientHello;
import java.util.Optional;

/** Where connections say how they begin, and are led on. Any event loop. */
sealed interface Reception permits Reception.Own, Crossing {
  /** What they are to say. */
  Preamble preamble();

  /** The listener by whose name one that is led nowhere is told. */
  Listener host();

  /** Leads on one that asked for a server; the answer is why it could not be, or nothing. */
  Optional<SessionEnd> lead(ClientHello asked, SessionLoop home, Accepted accepted);

  /** One ended before it was led anywhere. */
  void ended(SessionEnded event);

  /** A listener that is one service's alone. */
  record Own(Listener host) implements Reception {
    @Override
    public Preamble preamble() {
      return host.settings().preamble();
    }

    @Override
    public Optional<SessionEnd> lead(ClientHello asked, SessionLoop home, Accepted accepted) {
      new Session(host, home, accepted, true).start();
      return Optional.empty();
    }

    @Override
    public void ended(SessionEnded event) {
      host.sessionEnded(event);
    }
  }
}
