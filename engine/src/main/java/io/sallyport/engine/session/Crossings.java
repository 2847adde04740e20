package io.sallyport.engine.session;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The addresses and ports that several services share. Each opens when the first service comes, and
 * closes when the last one has left; those between neither open nor close anything. Control loop
 * only.
 *
 * @since 0.1
 */
public final class Crossings {
  private final Map<InetSocketAddress, Crossing> open = new HashMap<>();

  /** Has clients that ask for a listener's server names led to it. */
  CompletableFuture<Void> join(Listener listener, int backlog, Listener.Shared shared) {
    InetSocketAddress address = listener.address();
    Crossing there = open.get(address);
    if (there == null || there.failed()) {
      there = new Crossing(address, backlog, listener.settings().tcp(), shared);
      open.put(address, there);
      there.add(listener);
      there.open(listener.settings().tcp());
    } else {
      there.add(listener);
    }
    return there.opened();
  }

  /** A listener that may be at a crossing has other settings. */
  void changed(Listener listener) {
    Crossing there = open.get(listener.address());
    if (there != null && there.has(listener)) {
      there.arrange();
    }
  }

  /** Leads nobody to a listener any more; empty when nobody was. */
  Optional<CompletableFuture<Void>> leave(Listener listener) {
    Crossing there = open.get(listener.address());
    if (there == null || !there.has(listener)) {
      return Optional.empty();
    }
    if (!there.remove(listener)) {
      return Optional.of(CompletableFuture.completedFuture(null));
    }
    open.remove(listener.address());
    return Optional.of(there.close());
  }
}
