package io.sallyport.control.operate;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Methods whose requests come as the bytes that they are, so that they can be weighed before they
 * are parsed.
 */
final class Unparsed {
  private Unparsed() {}

  /** Such a method in the place of a usual one. */
  static <A> ServerMethodDefinition<ByteString, A> method(
      MethodDescriptor<?, A> method, ServerCalls.ClientStreamingMethod<ByteString, A> handler) {
    return ServerMethodDefinition.create(
        method.toBuilder(new Bytes(), method.getResponseMarshaller()).build(),
        ServerCalls.asyncClientStreamingCall(handler));
  }

  /** A service with some of its methods replaced. */
  static ServerServiceDefinition service(
      ServerServiceDefinition usual, ServerMethodDefinition<?, ?>... replaced) {
    Map<String, ServerMethodDefinition<?, ?>> methods = new LinkedHashMap<>();
    usual.getMethods().forEach(one -> methods.put(name(one), one));
    for (ServerMethodDefinition<?, ?> one : replaced) {
      methods.put(name(one), one);
    }
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(usual.getServiceDescriptor().getName())
            .setSchemaDescriptor(usual.getServiceDescriptor().getSchemaDescriptor());
    methods.values().forEach(one -> descriptor.addMethod(one.getMethodDescriptor()));
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
    methods.values().forEach(one -> service.addMethod(one));
    return service.build();
  }

  private static String name(ServerMethodDefinition<?, ?> method) {
    return method.getMethodDescriptor().getFullMethodName();
  }

  private record Bytes() implements Marshaller<ByteString> {
    @Override
    public InputStream stream(ByteString value) {
      return value.newInput();
    }

    @Override
    public ByteString parse(InputStream stream) {
      try {
        // In the usual pieces: what a stream has at hand may be a byte, where it is compressed.
        return ByteString.readFrom(stream);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
