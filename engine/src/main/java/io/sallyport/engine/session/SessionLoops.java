package io.sallyport.engine.session;

import io.netty.channel.EventLoop;
import io.sallyport.api.plugin.Ticker;
import io.sallyport.engine.cluster.ClusterEndpoint;
import io.sallyport.engine.cluster.SessionControl;
import io.sallyport.engine.event.SessionEnd;
import io.sallyport.engine.transport.Pipes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All sessions of an engine, one part for each event loop of the data path. Any thread.
 *
 * @since 0.1
 */
public final class SessionLoops implements SessionControl {
  private final List<SessionLoop> loops;
  private final Ticker ticker;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Makes the parts, without sessions.
   *
   * @param pipes how many all of them may have at once
   */
  public SessionLoops(List<EventLoop> eventLoops, Ticker ticker, Pipes.Budget pipes) {
    this.loops = eventLoops.stream().map(loop -> new SessionLoop(loop, ticker, pipes)).toList();
    this.ticker = ticker;
  }

  /**
   * The loop that has the fewest sessions, counted for one more. Where several have as few it is
   * the one that accepts, if it is among them: handing over wakes another thread.
   */
  SessionLoop next(EventLoop acceptor) {
    SessionLoop least = loops.getFirst();
    for (SessionLoop loop : loops) {
      int difference = loop.sessions() - least.sessions();
      if (difference < 0 || (difference == 0 && loop.eventLoop().equals(acceptor))) {
        least = loop;
      }
    }
    least.expect();
    return least;
  }

  /** A loop for a listening socket; they take turns. */
  EventLoop nextAcceptor() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size())).eventLoop();
  }

  long nanos() {
    return ticker.nanos();
  }

  @Override
  public void closeOn(ClusterEndpoint endpoint, SessionEnd reason) {
    each(session -> session.endpoint() == endpoint, session -> session.end(reason));
  }

  @Override
  public void drainOn(ClusterEndpoint endpoint, Duration time) {
    endpoint.leavesAt(ticker.nanos() + time.toNanos());
    drain(session -> session.endpoint() == endpoint, time);
  }

  /** Every session that there is, in words. The stage completes on an event loop. */
  public CompletableFuture<List<String>> inWords() {
    List<String> all = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> parts =
        loops.stream()
            .map(loop ->
                CompletableFuture.runAsync(
                    () -> loop.each(session -> all.add(session.toString())), loop.eventLoop()))
            .toList();
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> List.copyOf(all));
  }

  /** Gives back what the loops keep between sessions. */
  public void close() {
    loops.forEach(loop -> loop.eventLoop().execute(() -> loop.pipes().close()));
  }

  /** Gives the sessions of a listener this long. */
  void drainOf(Listener listener, Duration time) {
    drain(session -> session.listener() == listener, time);
  }

  private void drain(Predicate<Session> which, Duration time) {
    long until = ticker.nanos() + time.toNanos();
    each(
        which,
        session -> {
          session.drainUntil(until);
          if (time.isZero()) {
            session.end(SessionEnd.DRAINED);
          }
        });
  }

  private void each(Predicate<Session> which, Consumer<Session> what) {
    for (SessionLoop loop : loops) {
      loop.eventLoop()
          .execute(() ->
              loop.each(session -> {
                if (which.test(session)) {
                  what.accept(session);
                }
              }));
    }
  }
}
