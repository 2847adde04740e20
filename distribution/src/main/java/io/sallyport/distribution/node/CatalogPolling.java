package io.sallyport.distribution.node;

import io.sallyport.api.catalog.Catalog;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which a follower looks at its files.
 *
 * @since 0.1
 */
public final class CatalogPolling implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogPolling.class);
  private static final Duration CLOSING = Duration.ofSeconds(5);
  private static final Duration AFTER_FAULT = Duration.ofSeconds(5);

  private final CatalogFollower follower;
  private final Consumer<Catalog> taker;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts looking; the follower must have started.
   *
   * @param taker is given each new catalog; must return soon
   */
  public CatalogPolling(CatalogFollower follower, Consumer<Catalog> taker) {
    this.follower = follower;
    this.taker = taker;
    thread = Thread.ofPlatform().name("sallyport-catalog").daemon().start(this::run);
  }

  /** Reads the files again now, even if they look as before. Any thread. */
  public void readAgain() {
    follower.readAgain();
    wake.release();
  }

  /** Looks no more. Waits for a look that is under way. */
  @Override
  public void close() {
    closed = true;
    wake.release();
    try {
      thread.join(CLOSING);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private void keep() {
    try {
      follower.keep();
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("keeping the catalog failed");
    }
  }

  private void run() {
    keep();
    while (!closed) {
      Duration next;
      try {
        CatalogFollower.Look look = follower.look();
        next = look.next();
        look.taken().ifPresent(taker);
        keep();
      } catch (RuntimeException fault) {
        LOG.atError().setCause(fault).log("looking at the catalog's file failed");
        next = AFTER_FAULT;
      }
      try {
        if (wake.tryAcquire(next.toNanos(), TimeUnit.NANOSECONDS)) {
          wake.drainPermits();
        }
      } catch (InterruptedException stop) {
        return;
      }
    }
  }
}
