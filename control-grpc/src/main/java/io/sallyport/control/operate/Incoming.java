package io.sallyport.control.operate;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Parser;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Resources;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a catalog that comes in many messages: first the head, then resources. Each is weighed, and
 * room is taken for it, before it is parsed. One thread at a time, as gRPC has it.
 *
 * @param <M> the messages
 * @param <H> the head
 */
final class Incoming<M, H> implements StreamObserver<ByteString> {
  private static final int MOST_SERVICES = 100_000;
  private static final long MOST_BYTES = 256L * 1024 * 1024;

  private final Reader<M, H> reader;
  private final Consumer<H> begun;
  private final BiConsumer<H, List<Resource>> whole;
  private final Consumer<StatusRuntimeException> refused;
  private final UnderWay.Share share;
  private @Nullable H head;
  private long bytes;
  private boolean over;

  /**
   * How a message is read.
   *
   * @param <M> the messages
   * @param <H> the head
   */
  interface Reader<M, H> {
    /** What it must be. */
    Descriptor type();

    Parser<M> parser();

    /** The head, if it is one. */
    @Nullable H head(M message);

    /** The resources, if it holds some. */
    @Nullable Resources resources(M message);
  }

  /**
   * Makes one.
   *
   * @param begun called with the head; refuses it by a {@link StatusRuntimeException}
   * @param whole called when all is there; the share is its own from then on, unless it throws
   * @param refused called instead when it is not as it must be
   * @param share holds what has come
   */
  Incoming(
      Reader<M, H> reader,
      Consumer<H> begun,
      BiConsumer<H, List<Resource>> whole,
      Consumer<StatusRuntimeException> refused,
      UnderWay.Share share) {
    this.reader = reader;
    this.begun = begun;
    this.whole = whole;
    this.refused = refused;
    this.share = share;
  }

  @Override
  public void onNext(ByteString message) {
    if (!over) {
      Answers.guarded(this::refuse, () -> take(message));
    }
  }

  private void take(ByteString message) {
    bytes += message.size();
    if (bytes > MOST_BYTES) {
      throw tooLarge();
    }
    M parsed;
    try {
      share.room(Weight.of(message, reader.type()));
      parsed = reader.parser().parseFrom(message);
    } catch (IOException broken) {
      throw bad("there is a message that is none of the protocol: " + broken.getMessage());
    }
    H first = reader.head(parsed);
    Resources more = reader.resources(parsed);
    if (first != null && head == null) {
      head = first;
      begun.accept(first);
    } else if (first != null) {
      throw bad("there is a second head");
    } else if (head == null) {
      throw bad("the first message must be the head");
    } else if (more == null) {
      throw bad("there is a message that is empty, or that only a newer control plane knows");
    } else if (share.services() + more.getResourcesCount() > MOST_SERVICES) {
      throw tooLarge();
    } else {
      share.add(more.getResourcesList());
    }
  }

  @Override
  public void onError(Throwable gone) {
    // What is whole by then is worked on to its end.
    if (!over) {
      over = true;
      share.release();
    }
  }

  @Override
  public void onCompleted() {
    if (over) {
      return;
    }
    H first = head;
    over = true;
    if (first == null) {
      refuse(bad("there is no head"));
      return;
    }
    Answers.guarded(this::refuse, () -> whole.accept(first, share.whole()));
  }

  private void refuse(StatusRuntimeException why) {
    over = true;
    share.release();
    refused.accept(why);
  }

  private static StatusRuntimeException tooLarge() {
    return Status.RESOURCE_EXHAUSTED
        .withDescription(
            "a catalog holds at most "
                + MOST_SERVICES
                + " services, in "
                + MOST_BYTES / (1024 * 1024)
                + " MiB")
        .asRuntimeException();
  }

  private static StatusRuntimeException bad(String what) {
    return Status.INVALID_ARGUMENT.withDescription(what).asRuntimeException();
  }
}
