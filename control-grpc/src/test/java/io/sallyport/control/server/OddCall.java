package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.sallyport.control.security.Caller;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A call whose transport does as it is told. */
final class OddCall extends ServerCall<AgentMessage, ByteString> {
  volatile boolean failing;
  volatile boolean stuck;
  volatile boolean ready = true;
  volatile @Nullable String ending;
  final List<ByteString> sent = new CopyOnWriteArrayList<>();
  Listener<AgentMessage> listener = new Listener<>() {};

  static OddCall attached(TestControl control, String node) throws Exception {
    return attached(control, node, true);
  }

  static OddCall attached(TestControl control, String node, boolean ready) throws Exception {
    OddCall call = new OddCall();
    call.ready = ready;
    @SuppressWarnings("unchecked") // The service has it for these messages.
    var method =
        (io.grpc.ServerMethodDefinition<AgentMessage, ByteString>)
            control.agents.bindService().getMethod(Wire.ATTACH.getFullMethodName());
    call.listener =
        Context.current()
            .withValue(Caller.KEY, new Caller.Node(node))
            .call(() -> method.getServerCallHandler().startCall(call, new Metadata()));
    call.listener.onMessage(
        AgentMessage.newBuilder()
            .setHello(Hello.newBuilder().setNode(Node.newBuilder().setName(node)))
            .build());
    control.node(node, NodeState::getAttached);
    control.settle();
    return call;
  }

  @Override
  public void request(int messages) {
    if (failing) {
      throw new IllegalStateException("the transport is odd");
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(ByteString message) {
    if (failing) {
      throw new IllegalStateException("the transport is odd");
    }
    sent.add(message);
  }

  @Override
  public boolean isReady() {
    if (failing) {
      throw new IllegalStateException("the transport is odd");
    }
    return ready;
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (stuck) {
      throw new IllegalStateException("the transport is stuck");
    }
    ending = status.getCode() + ": " + status.getDescription();
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<AgentMessage, ByteString> getMethodDescriptor() {
    return Wire.ATTACH;
  }
}
