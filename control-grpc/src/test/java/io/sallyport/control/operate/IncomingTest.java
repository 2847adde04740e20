package io.sallyport.control.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.sallyport.control.store.StoreException;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyRequest;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What becomes of the room of catalogs that come, whatever happens. */
class IncomingTest {
  private static final ByteString HEAD =
      ApplyRequest.newBuilder().setHead(ApplyHead.getDefaultInstance()).build().toByteString();
  private static final ByteString ONE =
      ApplyRequest.newBuilder()
          .setResources(Resources.newBuilder().addResources(Resource.getDefaultInstance()))
          .build()
          .toByteString();

  private final UnderWay underWay = new UnderWay(1 << 20, () -> 0);
  private final List<String> refused = new ArrayList<>();

  @Test
  void aHandlerThatFailsGivesTheRoomBackAndItsReasonIsTheAnswer() {
    Incoming<?, ?> incoming =
        incoming(
            head -> {},
            (head, resources) -> {
              throw new IllegalStateException("it fails at " + resources.size());
            });
    incoming.onNext(HEAD);
    incoming.onNext(ONE);
    assertThat(underWay.bytes()).isPositive();

    incoming.onCompleted();

    assertThat(refused).containsExactly("INTERNAL: it fails at 1");
    assertThat(underWay.bytes()).isZero();
    incoming.onNext(ONE);
    assertThat(underWay.bytes()).isZero();
  }

  @Test
  void soDoesOneThatFailsAtTheHead() {
    Incoming<?, ?> incoming =
        incoming(
            head -> {
              throw new StoreException("the store is away");
            },
            (head, resources) -> {});

    incoming.onNext(HEAD);
    incoming.onCompleted();

    assertThat(refused).containsExactly("UNAVAILABLE: the store is away");
    assertThat(underWay.bytes()).isZero();
  }

  @Test
  void whatIsNoMessageIsRefused() {
    Incoming<?, ?> incoming = incoming(head -> {}, (head, resources) -> {});
    incoming.onNext(HEAD);
    incoming.onNext(ByteString.copyFrom(new byte[] {0x12, 100, 1}));

    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst())
        .startsWith("INVALID_ARGUMENT: there is a message that is none of the protocol: ");
    assertThat(underWay.bytes()).isZero();
  }

  @Test
  void aMessageThatWouldTakeTooMuchIsRefusedBeforeItIsParsed() {
    Incoming<?, ?> incoming = incoming(head -> {}, (head, resources) -> {});
    incoming.onNext(HEAD);
    // 20,000 services of which nothing is said, in 40,000 bytes.
    ByteString.Output out = ByteString.newOutput();
    for (int service = 0; service < 20_000; service++) {
      out.write(0x0a);
      out.write(0);
    }
    ByteString many = out.toByteString();
    incoming.onNext(
        ByteString.copyFrom(new byte[] {0x12, (byte) 0xc0, (byte) 0xb8, 2}).concat(many));

    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst())
        .startsWith("FAILED_PRECONDITION: this alone would take more than the 1 MiB of the heap");
    assertThat(underWay.bytes()).isZero();
  }

  @Test
  void aCallerThatGoesGivesItsRoomBack() {
    Incoming<?, ?> incoming = incoming(head -> {}, (head, resources) -> {});
    incoming.onNext(HEAD);
    incoming.onError(Status.CANCELLED.asException());
    assertThat(underWay.bytes()).isZero();
    assertThat(refused).isEmpty();
  }

  private Incoming<ApplyRequest, ApplyHead> incoming(
      Consumer<ApplyHead> begun, BiConsumer<ApplyHead, List<Resource>> whole) {
    return new Incoming<>(
        Orders.SENT, begun, whole, why -> refused.add(why.getMessage()), underWay.sent());
  }
}
