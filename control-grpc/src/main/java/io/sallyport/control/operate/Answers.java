package io.sallyport.control.operate;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How calls end: with their answer, or with why there is none. Any thread. */
final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** Sends the one answer of a call, or why there is none; completes when that is done. */
  static <T> CompletableFuture<T> send(StreamObserver<T> observer, CompletableFuture<T> answer) {
    return answer.whenComplete((reply, fault) -> {
      if (fault != null) {
        observer.onError(Gate.failure(fault));
      } else {
        observer.onNext(reply);
        observer.onCompleted();
      }
    });
  }

  /** The same; what the call has under way was worked on by then. */
  static <T> void send(
      StreamObserver<T> observer, UnderWay.Share share, CompletableFuture<T> answer) {
    var _ =
        send(observer, answer.whenComplete((_, fault) -> doneWith(share, fault)))
            .whenComplete((_, _) -> share.answered(() -> {}));
  }

  /** Who is refused has nothing under way while it is told so. */
  private static void doneWith(UnderWay.Share share, @Nullable Throwable fault) {
    if (fault != null) {
      share.release();
    }
  }

  /**
   * Keeps a share for as long as a call lasts: until its answer was delivered, or the caller is
   * gone. Only by the thread that the call begins on.
   */
  static UnderWay.Share kept(StreamObserver<?> observer, UnderWay.Share share) {
    ServerCallStreamObserver<?> call = (ServerCallStreamObserver<?>) observer;
    call.setOnCancelHandler(share::close);
    call.setOnCloseHandler(share::close);
    return share;
  }

  /**
   * Begins a call; what it throws is its answer.
   *
   * @param refused told instead of the answer
   */
  static void guarded(Consumer<StatusRuntimeException> refused, Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException no) {
      refused.accept(no);
    } catch (RuntimeException fault) {
      log.atWarn().setCause(fault).log("a call could not begin");
      refused.accept(Gate.failure(fault));
    }
  }

  /** The same; a call that does not begin has nothing under way. */
  static void guarded(
      Consumer<StatusRuntimeException> refused, UnderWay.Share share, Runnable call) {
    guarded(
        why -> {
          share.release();
          refused.accept(why);
        },
        call);
  }
}
