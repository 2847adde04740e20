package io.sallyport.engine.session;

import io.netty.util.concurrent.ScheduledFuture;
import io.sallyport.api.catalog.QueuePolicy;
import io.sallyport.engine.event.EngineEvent.Queued;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One session's waiting for room, which has its time: once for all, however often it goes back to
 * the queue. Owned by the session's event loop.
 */
final class Waiting extends SessionQueue.Place {
  private final SessionLoop home;
  private final SessionQueue queue;
  private final QueuePolicy policy;
  private final Waiter waiter;
  private @Nullable ScheduledFuture<?> limit;
  private boolean now;
  private long since;
  private long waited;

  Waiting(SessionLoop home, SessionQueue queue, QueuePolicy policy, Waiter waiter) {
    super(home.eventLoop());
    this.home = home;
    this.queue = queue;
    this.policy = policy;
    this.waiter = waiter;
  }

  /** Who waits. */
  interface Waiter {
    /** Goes on, if it finds room; then it has said {@link Waiting#served()}. */
    Found turn();

    /** Its time is over; it waits no longer. */
    void tooLong();
  }

  /** What one whose turn it was found. */
  enum Found {
    ROOM,
    NONE,
    /** None for itself: others may have other wishes. */
    NONE_FOR_ITSELF
  }

  /** Whether it waits now. */
  boolean now() {
    return now;
  }

  /** Its time in the queue. */
  Queued queued() {
    return new Queued(Duration.ofNanos(waited), position());
  }

  /** Begins to wait; false when as many wait as may. */
  boolean join() {
    if (!queue.join(this, policy.max())) {
      return false;
    }
    now = true;
    since = home.nanos();
    long left = Math.max(0, policy.timeout().toNanos() - waited);
    limit = home.eventLoop().schedule(this::tooLong, left, TimeUnit.NANOSECONDS);
    return true;
  }

  @Override
  void turn() {
    switch (waiter.turn()) {
      case ROOM -> {}
      case NONE -> queue.noRoom(this);
      case NONE_FOR_ITSELF -> queue.passOn(this);
    }
  }

  /** It has found room. */
  void served() {
    if (now) {
      stop();
      queue.leaveServed(this);
    }
  }

  /** It waits no longer, for whatever reason. */
  void leave() {
    if (now) {
      stop();
      queue.leave(this);
    }
  }

  private void tooLong() {
    leave();
    waiter.tooLong();
  }

  private void stop() {
    now = false;
    waited += home.nanos() - since;
    ScheduledFuture<?> pending = limit;
    limit = null;
    if (pending != null) {
      pending.cancel(false);
    }
  }
}
