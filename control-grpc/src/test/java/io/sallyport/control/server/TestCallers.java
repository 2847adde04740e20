package io.sallyport.control.server;

import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.MetadataUtils;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;

/** Believes what callers say they are. */
final class TestCallers implements ServerInterceptor {
  private static final Metadata.Key<String> SAYS =
      Metadata.Key.of("says", Metadata.ASCII_STRING_MARSHALLER);

  static ClientInterceptor as(String says) {
    Metadata headers = new Metadata();
    headers.put(SAYS, says);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String says = headers.get(SAYS);
    if (says == null) {
      return next.startCall(call, headers);
    }
    String name = says.substring(says.indexOf(':') + 1);
    Caller caller =
        switch (says.substring(0, says.indexOf(':'))) {
          case "node" -> new Caller.Node(name);
          case "operator" -> new Caller.Operator(name, Role.ADMIN);
          case "replica" -> new Caller.Replica(name);
          case "anyone" -> new Caller.Anyone(name);
          default -> throw new IllegalArgumentException(says);
        };
    return Contexts.interceptCall(
        Context.current().withValue(Caller.KEY, caller), call, headers, next);
  }
}
