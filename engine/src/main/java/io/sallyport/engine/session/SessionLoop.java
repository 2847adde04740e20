package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.transport.EpollSocket;
import io.sallyport.engine.transport.Pipes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one event loop, and the sweep that looks after their time-outs. A sweep each half
 * second costs less than a timer for each session, and rests when there is none.
 *
 * <p>Owned by its event loop.
 */
final class SessionLoop {
  private static final long SWEEP_MILLIS = 500;

  private final EventLoop eventLoop;
  private final Ticker ticker;
  private final Pipes pipes;
  private final AtomicInteger sessions = new AtomicInteger();
  private final List<EpollSocket> leaving = new ArrayList<>();
  private @Nullable LoopMemory memory;
  private @Nullable Session head;
  private boolean sweeping;

  SessionLoop(EventLoop eventLoop, Ticker ticker, Pipes.Budget budget) {
    this.eventLoop = eventLoop;
    this.ticker = ticker;
    this.pipes = new Pipes(budget);
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  long nanos() {
    return ticker.nanos();
  }

  /** What its sessions read into. Event loop. */
  LoopMemory memory() {
    LoopMemory made = memory;
    if (made == null) {
      made = new LoopMemory();
      memory = made;
    }
    return made;
  }

  /** What its bulk sessions are spliced through. Event loop. */
  Pipes pipes() {
    return pipes;
  }

  /** Closes a socket once the events that the loop has at hand are dealt with. Event loop. */
  void close(EpollSocket socket) {
    if (leaving.isEmpty()) {
      eventLoop.execute(this::closeLeaving);
    }
    leaving.add(socket);
  }

  private void closeLeaving() {
    leaving.forEach(EpollSocket::close);
    leaving.clear();
  }

  /** Sessions it has or is about to have. Any thread. */
  int sessions() {
    return sessions.get();
  }

  /** Counts a session that is about to be added. Any thread. */
  void expect() {
    sessions.incrementAndGet();
  }

  /** One that was expected does not come. */
  void forget() {
    sessions.decrementAndGet();
  }

  /** Takes one that was {@linkplain #expect() expected}. */
  void add(Session session) {
    Session old = head;
    session.next = old;
    if (old != null) {
      old.previous = session;
    }
    head = session;
    if (!sweeping) {
      sweeping = true;
      sweepLater();
    }
  }

  void remove(Session session) {
    sessions.decrementAndGet();
    Session before = session.previous;
    Session after = session.next;
    if (before != null) {
      before.next = after;
    } else if (head == session) {
      head = after;
    }
    if (after != null) {
      after.previous = before;
    }
    session.previous = null;
    session.next = null;
  }

  /** Visits every session; the visitor may end the one it is given. */
  void each(Consumer<Session> visitor) {
    Session session = head;
    while (session != null) {
      Session following = session.next;
      visitor.accept(session);
      session = following;
    }
  }

  private void sweepLater() {
    eventLoop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    long now = ticker.nanos();
    each(session -> {
      try {
        session.sweep(now);
      } catch (RuntimeException | Error fault) {
        session.failed(fault);
      }
    });
    sweeping = head != null;
    if (sweeping) {
      sweepLater();
    }
  }
}
