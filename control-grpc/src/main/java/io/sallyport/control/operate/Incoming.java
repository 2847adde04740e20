package io.sallyport.control.operate;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
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
  private final BiConsumer<H, List<Resource>> whole;
  private final Consumer<StatusRuntimeException> refused;
  private final List<Resource> resources = new ArrayList<>();
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
   * @param whole called when all is there
   * @param refused called instead when it is not as it must be
   */
  Incoming(
      Reader<M, H> reader,
      Consumer<H> begun,
      BiConsumer<H, List<Resource>> whole,
      Consumer<StatusRuntimeException> refused) {
    this.reader = reader;
    this.begun = begun;
    this.whole = whole;
    this.refused = refused;
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
      resources.addAll(more.getResourcesList());
      bytes += more.getSerializedSize();
      if (resources.size() > MOST_SERVICES || bytes > MOST_BYTES) {
        refuse(
            Status.RESOURCE_EXHAUSTED
                .withDescription(
                    "a catalog holds at most "
                        + MOST_SERVICES
                        + " services, in "
                        + MOST_BYTES / (1024 * 1024)
                        + " MiB")
                .asRuntimeException());
      }
    }
  }

  @Override
  public void onError(Throwable gone) {
    over = true;
  }

  @Override
  public void onCompleted() {
    H first = head;
    if (over) {
      return;
    }
    over = true;
    if (first == null) {
      refused.accept(bad("there is no head"));
    } else {
      whole.accept(first, resources);
    }
  }

  private void refuse(StatusRuntimeException why) {
    over = true;
    resources.clear();
    refused.accept(why);
  }

  private static StatusRuntimeException bad(String what) {
    return Status.INVALID_ARGUMENT.withDescription(what).asRuntimeException();
  }
}
