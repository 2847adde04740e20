package io.sallyport.distribution.node;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The first TERM or INT stops a process in good order; the next one ends it where it stands. Closed
 * when the process has stopped, or has failed to start: a JVM that leaves signals alone ends no
 * sooner.
 *
 * @since 0.1
 */
public final class StopSignal implements AutoCloseable {
  private static final int SIGNALLED = 128;

  private final CompletableFuture<String> first = new CompletableFuture<>();
  private final CountDownLatch finished = new CountDownLatch(1);

  private StopSignal() {}

  /** Takes the signals of this process from now on. */
  public static StopSignal taken() {
    StopSignal stop = new StopSignal();
    boolean handled = true;
    for (String name : List.of("TERM", "INT")) {
      handled &=
          Signals.handle(
              name,
              number -> {
                if (!stop.first.complete("SIG" + name)) {
                  Runtime.getRuntime().halt(SIGNALLED + number);
                }
              });
    }
    if (!handled) {
      // The JVM was told to leave signals alone; its shutdown is then all that there is to go by.
      Runtime.getRuntime().addShutdownHook(new Thread(stop::atShutdown));
    }
    return stop;
  }

  /** Completes with the name of the first one. */
  public CompletableFuture<String> first() {
    return first.copy();
  }

  /** Waits for the first one, and tells which it was. */
  public String await() {
    return first.join();
  }

  /** The process has nothing more to put in order, and may end. */
  @Override
  public void close() {
    finished.countDown();
  }

  /** The JVM halts once its hooks have returned, so this one waits. */
  private void atShutdown() {
    if (first.complete("shutdown")) {
      try {
        finished.await();
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
