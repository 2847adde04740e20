package io.sallyport.engine.session;

import io.sallyport.api.catalog.TcpOptions;
import java.util.concurrent.CompletableFuture;

/** Where a listener's connections come in. Opened and closed by any thread. */
interface Intake {
  /** Begins to accept; completes on an event loop, exceptionally when the system refuses. */
  CompletableFuture<Void> open(TcpOptions options);

  /** Leaves further clients in the kernel's backlog. Its event loop. */
  void pause();

  /** Accepts again. Its event loop. */
  void resume();

  /** Gives other options to what is accepted from now on. */
  void inherit(TcpOptions options);

  /** Accepts no more; completes once the address and port are free. */
  CompletableFuture<Void> close();

  /** What an intake tells, on its event loop. */
  interface Taker {
    /** A connection came in. */
    void took(Accepted accepted);

    /** None could be taken, for want of descriptors or memory. */
    void shortage(Throwable cause);

    /** Nothing comes any more. */
    void closed();
  }
}
