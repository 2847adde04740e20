package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlGrpc;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * The agents' method with answers that are serialized already, so that the bytes of a Delta are
 * made once for all agents that get it.
 */
final class Wire {
  static final MethodDescriptor<AgentMessage, ByteString> ATTACH =
      ControlGrpc.getAttachMethod().toBuilder(
              new Heard(ControlGrpc.getAttachMethod().getRequestMarshaller()), new Serialized())
          .build();

  private static final AgentMessage UNREADABLE =
      AgentMessage.newBuilder()
          .setUnknownFields(UnknownFieldSet.newBuilder().mergeVarintField(1, 0).build())
          .build();

  private Wire() {}

  /** The service as the reflection service shows it, with the method above. */
  static ServiceDescriptor descriptor() {
    return ServiceDescriptor.newBuilder(ControlGrpc.SERVICE_NAME)
        .setSchemaDescriptor(ControlGrpc.getServiceDescriptor().getSchemaDescriptor())
        .addMethod(ATTACH)
        .build();
  }

  /** Whether this stands for bytes that are no message. */
  @SuppressWarnings("ReferenceEquality") // That very instance: an agent cannot send it.
  static boolean unreadable(AgentMessage message) {
    return message == UNREADABLE;
  }

  /** A message that holds a Delta: its nonce, then what a {@link DeltaWriter} wrote. */
  static ByteString delta(long nonce, ByteString body) {
    int inner = CodedOutputStream.computeUInt64Size(Delta.NONCE_FIELD_NUMBER, nonce);
    int length = inner + body.size();
    byte[] front =
        new byte
            [CodedOutputStream.computeTagSize(ControlMessage.DELTA_FIELD_NUMBER)
                + CodedOutputStream.computeUInt32SizeNoTag(length)
                + inner];
    CodedOutputStream out = CodedOutputStream.newInstance(front);
    try {
      out.writeTag(ControlMessage.DELTA_FIELD_NUMBER, 2);
      out.writeUInt32NoTag(length);
      out.writeUInt64(Delta.NONCE_FIELD_NUMBER, nonce);
    } catch (IOException never) {
      throw new UncheckedIOException("memory does not fail", never);
    }
    return UnsafeByteOperations.unsafeWrap(front).concat(body);
  }

  /** Reads what agents say; what is no message is theirs to answer for, and no fault of gRPC's. */
  private record Heard(Marshaller<AgentMessage> strict) implements Marshaller<AgentMessage> {
    @Override
    public InputStream stream(AgentMessage value) {
      return strict.stream(value);
    }

    @Override
    public AgentMessage parse(InputStream stream) {
      try {
        return strict.parse(stream);
      } catch (StatusRuntimeException broken) {
        return UNREADABLE;
      }
    }
  }

  /** Sends bytes as they are; reads none, since only clients would. */
  private static final class Serialized implements Marshaller<ByteString> {
    @Override
    public InputStream stream(ByteString value) {
      return new Bytes(value);
    }

    @Override
    public ByteString parse(InputStream stream) {
      try {
        return ControlMessage.parseFrom(stream).toByteString();
      } catch (InvalidProtocolBufferException broken) {
        throw Status.INTERNAL
            .withDescription("not a ControlMessage")
            .withCause(broken)
            .asRuntimeException();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  /** A stream that hands its bytes over in one go. */
  private static final class Bytes extends InputStream implements KnownLength, Drainable {
    private final ByteString value;
    private final InputStream rest;

    Bytes(ByteString value) {
      this.value = value;
      this.rest = value.newInput();
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      value.writeTo(target);
      return value.size();
    }

    @Override
    public int available() throws IOException {
      return rest.available();
    }

    @Override
    public int read() throws IOException {
      return rest.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return rest.read(into, offset, length);
    }
  }
}
