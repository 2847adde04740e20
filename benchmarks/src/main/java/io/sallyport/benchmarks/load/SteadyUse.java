package io.sallyport.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Users who go on while something happens: fresh connections at a steady rate, each timed from when
 * it was due, and sessions that ask again and again.
 */
public final class SteadyUse {
  private static final int SESSIONS = 32;
  private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(20);

  private final InetSocketAddress address;
  private final int perSecond;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong slowest = new AtomicLong();

  /**
   * What users saw.
   *
   * @param done requests that were answered
   * @param failed connections, sessions and requests that were not
   * @param slowest of those that were
   */
  public record Outcome(long done, long failed, Duration slowest) {}

  /** Prepares it, with so many fresh connections a second. */
  public SteadyUse(InetSocketAddress address, int perSecond) {
    this.address = address;
    this.perSecond = perSecond;
  }

  /** Goes on for as long as something takes. */
  public Outcome during(Runnable work) {
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SESSIONS; i++) {
        threads.execute(() -> session(over));
      }
      Thread pace = Thread.ofVirtual().start(() -> connections(threads, over));
      try {
        work.run();
      } finally {
        over.set(true);
        // Nothing may be handed to threads that are being closed.
        joined(pace);
      }
    }
    return new Outcome(done.get(), failed.get(), Duration.ofNanos(slowest.get()));
  }

  private void connections(ExecutorService threads, AtomicBoolean over) {
    long between = Duration.ofSeconds(1).dividedBy(perSecond).toNanos();
    long due = System.nanoTime();
    while (!over.get()) {
      long at = due;
      while (System.nanoTime() < at) {
        LockSupport.parkNanos(at - System.nanoTime());
      }
      threads.execute(() -> connection(at));
      due += between;
    }
  }

  private static void joined(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }

  private void connection(long due) {
    try {
      Probe.ask(address);
      succeeded(due);
    } catch (IOException fault) {
      failed.incrementAndGet();
    }
  }

  private void session(AtomicBoolean over) {
    while (!over.get()) {
      try (Socket socket = Probe.connect(address)) {
        int length = Probe.answerLength(address);
        while (!over.get()) {
          long asked = System.nanoTime();
          socket.getOutputStream().write(Probe.REQUEST);
          if (socket.getInputStream().readNBytes(length).length < length) {
            throw new IOException("the session ended");
          }
          succeeded(asked);
          LockSupport.parkNanos(BETWEEN_REQUESTS.toNanos());
        }
      } catch (IOException fault) {
        failed.incrementAndGet();
        LockSupport.parkNanos(BETWEEN_REQUESTS.toNanos());
      }
    }
  }

  private void succeeded(long since) {
    done.incrementAndGet();
    slowest.accumulateAndGet(System.nanoTime() - since, Math::max);
  }
}
