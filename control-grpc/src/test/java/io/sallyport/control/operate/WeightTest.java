package io.sallyport.control.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyRequest;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Resources;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That what a message takes once it is parsed is no more than it was weighed as. */
class WeightTest {
  private static final int TIMES = 5;

  @Test
  void anEndpointOfWhichNothingIsSaidIsTwoBytesAndAnObject() throws Exception {
    ByteString message = endpoints(repeated(100_000, new byte[] {0x12, 0}));
    assertThat(weight(message)).isGreaterThan(40L * message.size());
    holdsNoMoreThanItsWeight(message);
  }

  @Test
  void shortNamesAreStringsEach() throws Exception {
    holdsNoMoreThanItsWeight(endpoints(repeated(50_000, new byte[] {0x12, 3, 0x0a, 1, 'a'})));
    holdsNoMoreThanItsWeight(
        ApplyRequest.newBuilder()
            .setHead(
                ApplyHead.newBuilder()
                    .addAllRemoved(IntStream.range(0, 50_000).mapToObj(i -> "" + i).toList()))
            .build()
            .toByteString());
  }

  @Test
  void oneWideCharacterMakesAllOfAStringWide() throws Exception {
    Resources.Builder resources = Resources.newBuilder();
    for (int service = 0; service < 2_000; service++) {
      resources
          .addResourcesBuilder()
          .getServiceBuilder()
          .setName("s" + service)
          .setDefinition("x".repeat(1_000) + "→");
    }
    holdsNoMoreThanItsWeight(
        ApplyRequest.newBuilder().setResources(resources).build().toByteString());
  }

  @Test
  void whatOnlyANewerVersionKnowsIsHeldToo() throws Exception {
    // Field 15 as a number, then as a group with nothing in it, then as text of one byte.
    holdsNoMoreThanItsWeight(endpoints(repeated(50_000, new byte[] {0x12, 2, 0x78, 1})));
    holdsNoMoreThanItsWeight(endpoints(repeated(50_000, new byte[] {0x12, 2, 0x7b, 0x7c})));
    holdsNoMoreThanItsWeight(endpoints(repeated(50_000, new byte[] {0x12, 3, 0x7a, 1, 'a'})));
    ByteString.Output many = ByteString.newOutput();
    for (int field = 2_048; field < 30_000; field++) {
      int tag = field << 3;
      many.write((tag & 0x7f) | 0x80);
      many.write(((tag >> 7) & 0x7f) | 0x80);
      many.write(tag >> 14);
      many.write(0);
    }
    holdsNoMoreThanItsWeight(many.toByteString());
  }

  @Test
  void aNumberWhereTextBelongsIsKeptAsUnknown() throws Exception {
    // Field 1 of an endpoint, its name, as a number.
    holdsNoMoreThanItsWeight(endpoints(repeated(50_000, new byte[] {0x12, 2, 0x08, 1})));
  }

  @Test
  void whatIsNoMessageIsNotWeighed() {
    ByteString cut = ByteString.copyFrom(new byte[] {0x12, 5, 1});
    assertThatThrownBy(() -> weight(cut)).isInstanceOf(InvalidProtocolBufferException.class);
    ByteString negative = ByteString.copyFrom(new byte[] {0x12, -1, -1, -1, -1, 0x0f});
    assertThatThrownBy(() -> weight(negative)).isInstanceOf(InvalidProtocolBufferException.class);
  }

  private static long weight(ByteString message) throws IOException {
    return Weight.of(message, ApplyRequest.getDescriptor());
  }

  /** A request that holds one service, whose one port has what these bytes say. */
  private static ByteString endpoints(ByteString port) {
    ByteString ports = Wrapped.in(Endpoints.PORTS_FIELD_NUMBER, port);
    ByteString resource = Wrapped.in(Resource.ENDPOINTS_FIELD_NUMBER, ports);
    ByteString resources = Wrapped.in(Resources.RESOURCES_FIELD_NUMBER, resource);
    return Wrapped.in(ApplyRequest.RESOURCES_FIELD_NUMBER, resources);
  }

  private static ByteString repeated(int times, byte[] bytes) {
    ByteString.Output out = ByteString.newOutput();
    for (int i = 0; i < times; i++) {
      out.write(bytes, 0, bytes.length);
    }
    return out.toByteString();
  }

  private static void holdsNoMoreThanItsWeight(ByteString message) throws Exception {
    long weight = weight(message);
    List<ApplyRequest> held = new ArrayList<>();
    held.add(ApplyRequest.parseFrom(message));
    long before = used();
    for (int time = 0; time < TIMES; time++) {
      held.add(ApplyRequest.parseFrom(message));
    }
    long each = (used() - before) / TIMES;
    assertThat(held).hasSize(TIMES + 1);
    assertThat(each).isLessThanOrEqualTo(weight);
    assertThat(each).as("it is a real one").isPositive();
  }

  private static long used() {
    for (int round = 0; round < 3; round++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static final class Wrapped {
    /** A field of bytes, whatever they are. */
    static ByteString in(int field, ByteString bytes) {
      return UnknownFieldSet.newBuilder()
          .mergeField(field, UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build())
          .build()
          .toByteString();
    }
  }
}
