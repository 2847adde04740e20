package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stream of messages to a client that takes no more than the client has room for: what comes next
 * is asked for only when it can be sent. Made by the thread that the call began on; any thread
 * afterwards.
 *
 * @param <T> the messages
 */
final class Outflow<T> {
  private final ServerCallStreamObserver<T> observer;
  private @Nullable Source<T> source;
  private boolean over;

  /** Where messages come from. */
  interface Source<T> {
    /** The next one; empty when there is none now. */
    Optional<T> next();

    /** Whether none will come any more. */
    boolean ended();
  }

  private Outflow(ServerCallStreamObserver<T> observer) {
    this.observer = observer;
  }

  /**
   * Makes a stream that has no source yet.
   *
   * @param flows those that are under way; it is among them until its end
   * @param left run once the call is over, all delivered or the client gone, by any thread
   */
  static <T> Outflow<T> in(Set<Outflow<?>> flows, StreamObserver<T> observer, Runnable left) {
    ServerCallStreamObserver<T> call = (ServerCallStreamObserver<T>) observer;
    Outflow<T> flow = new Outflow<>(call);
    Runnable gone =
        () -> {
          flow.over();
          flows.remove(flow);
          left.run();
        };
    flows.add(flow);
    call.setOnReadyHandler(flow::more);
    call.setOnCancelHandler(gone);
    call.setOnCloseHandler(gone);
    return flow;
  }

  /** Begins to send what an iterator holds, and then ends. */
  void all(Iterator<T> messages) {
    from(
        new Source<>() {
          @Override
          public Optional<T> next() {
            return messages.hasNext() ? Optional.of(messages.next()) : Optional.empty();
          }

          @Override
          public boolean ended() {
            return !messages.hasNext();
          }
        });
  }

  /** Begins to send. */
  void from(Source<T> messages) {
    synchronized (this) {
      if (!over) {
        source = messages;
      }
    }
    more();
  }

  /** Sends what there is, as far as there is room. */
  synchronized void more() {
    Source<T> from = source;
    while (from != null && !over && observer.isReady()) {
      Optional<T> message;
      try {
        message = from.next();
      } catch (RuntimeException fault) {
        fail(Gate.failure(fault));
        return;
      }
      if (message.isPresent()) {
        observer.onNext(message.get());
      } else if (from.ended()) {
        over();
        observer.onCompleted();
      } else {
        return;
      }
    }
  }

  /** Ends with a failure. */
  synchronized void fail(StatusRuntimeException failure) {
    if (!over) {
      over();
      observer.onError(failure);
    }
  }

  /** Ends because the control plane does. */
  void leave() {
    fail(Status.UNAVAILABLE.withDescription("this control plane stops").asRuntimeException());
  }

  /** Lets go of the source, which may be large, though the call may have yet to end. */
  private synchronized void over() {
    over = true;
    source = null;
  }
}
