package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Resources;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a catalog that comes in many messages: first the head, then resources. One thread at a
 * time, as gRPC has it.
 *
 * @param <M> the messages
 * @param <H> the head
 */
final class Incoming<M, H> implements StreamObserver<M> {
  private static final int MOST_SERVICES = 100_000;
  private static final long MOST_BYTES = 256L * 1024 * 1024;

  private final Reader<M, H> reader;
  private final Consumer<H> begun;
  private final BiFunction<H, List<Resource>, CompletableFuture<?>> whole;
  private final Consumer<StatusRuntimeException> refused;
  private final UnderWay.Share share;
  private @Nullable H head;
  private long bytes;
  private boolean over;

  /**
   * What a message holds.
   *
   * @param <M> the messages
   * @param <H> the head
   */
  interface Reader<M, H> {
    /** The head, if it is one. */
    @Nullable H head(M message);

    /** The resources, if it holds some. */
    @Nullable Resources resources(M message);
  }

  /**
   * Makes one.
   *
   * @param begun called with the head; refuses it by a {@link StatusRuntimeException}
   * @param whole called when all is there; the resources may go when what it returns is complete
   * @param refused called instead when it is not as it must be
   * @param share holds what has come
   */
  Incoming(
      Reader<M, H> reader,
      Consumer<H> begun,
      BiFunction<H, List<Resource>, CompletableFuture<?>> whole,
      Consumer<StatusRuntimeException> refused,
      UnderWay.Share share) {
    this.reader = reader;
    this.begun = begun;
    this.whole = whole;
    this.refused = refused;
    this.share = share;
  }

  @Override
  public void onNext(M message) {
    if (over) {
      return;
    }
    H first = reader.head(message);
    Resources more = reader.resources(message);
    if (first != null && head == null) {
      head = first;
      try {
        begun.accept(first);
      } catch (StatusRuntimeException no) {
        refuse(no);
      }
    } else if (first != null) {
      refuse(bad("there is a second head"));
    } else if (head == null) {
      refuse(bad("the first message must be the head"));
    } else if (more == null) {
      refuse(bad("there is a message that is empty, or that only a newer control plane knows"));
    } else {
      bytes += more.getSerializedSize();
      if (share.services() + more.getResourcesCount() > MOST_SERVICES || bytes > MOST_BYTES) {
        refuse(
            Status.RESOURCE_EXHAUSTED
                .withDescription(
                    "a catalog holds at most "
                        + MOST_SERVICES
                        + " services, in "
                        + MOST_BYTES / (1024 * 1024)
                        + " MiB")
                .asRuntimeException());
        return;
      }
      try {
        share.add(more.getResourcesList(), more.getSerializedSize());
      } catch (StatusRuntimeException no) {
        refuse(no);
      }
    }
  }

  @Override
  public void onError(Throwable gone) {
    // What is whole by then is worked on to its end.
    if (!over) {
      over = true;
      share.close();
    }
  }

  @Override
  public void onCompleted() {
    H first = head;
    if (over) {
      return;
    }
    over = true;
    if (first == null) {
      share.close();
      refused.accept(bad("there is no head"));
      return;
    }
    CompletableFuture<?> done;
    try {
      done = whole.apply(first, share.whole());
    } catch (StatusRuntimeException no) {
      share.close();
      refused.accept(no);
      return;
    }
    var _ = done.whenComplete((_, _) -> share.close());
  }

  private void refuse(StatusRuntimeException why) {
    over = true;
    share.close();
    refused.accept(why);
  }

  private static StatusRuntimeException bad(String what) {
    return Status.INVALID_ARGUMENT.withDescription(what).asRuntimeException();
  }
}
