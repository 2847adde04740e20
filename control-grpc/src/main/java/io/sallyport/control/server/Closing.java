package io.sallyport.control.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be closed, in the reverse order of its coming. Any thread; closed once. */
final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Deque<Runnable> all = new ArrayDeque<>();

  /** Remembers how to close something. */
  synchronized <T> T with(T thing, Consumer<T> close) {
    all.push(() -> close.accept(thing));
    return thing;
  }

  /** Closes all; what fails holds up nothing else. */
  @Override
  public synchronized void close() {
    while (!all.isEmpty()) {
      try {
        all.pop().run();
      } catch (RuntimeException fault) {
        LOG.atWarn().setCause(fault).log("something did not close well");
      }
    }
  }
}
