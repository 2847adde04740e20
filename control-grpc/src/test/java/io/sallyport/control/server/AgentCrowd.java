package io.sallyport.control.server;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlGrpc;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.ServiceAck;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Many agents, each with a connection of its own, in a process of their own. */
final class AgentCrowd {
  private AgentCrowd() {}

  /** A port, and how many; ends with its standard input. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    List<ManagedChannel> channels = new ArrayList<>();
    for (int agent = 0; agent < Integer.parseInt(arguments[1]); agent++) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
      channels.add(channel);
      attach(channel, "crowd-" + agent);
    }
    while (System.in.read() >= 0) {}
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private static void attach(ManagedChannel channel, String name) {
    CompletableFuture<StreamObserver<AgentMessage>> stream = new CompletableFuture<>();
    stream.complete(
        ControlGrpc.newStub(channel)
            .withInterceptors(TestCallers.as("node:" + name))
            .attach(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ControlMessage message) {
                    if (message.hasDelta()) {
                      answer(stream.join(), message.getDelta());
                    }
                  }

                  @Override
                  public void onError(Throwable failed) {
                    System.err.println(name + " ended: " + failed);
                  }

                  @Override
                  public void onCompleted() {}
                }));
    Node.Builder node = Node.newBuilder().setName(name).setAgentVersion("0.1").putLabels("a", "b");
    node.getLocalityBuilder().setRegion("eu").setZone("eu-1");
    stream
        .join()
        .onNext(AgentMessage.newBuilder().setHello(Hello.newBuilder().setNode(node)).build());
  }

  private static void answer(StreamObserver<AgentMessage> stream, Delta delta) {
    Ack.Builder accepted =
        Ack.newBuilder().setNonce(delta.getNonce()).setRevision(delta.getRevision());
    Ack.Builder serving = accepted.clone();
    delta
        .getChangedServicesList()
        .forEach(changed -> {
          ServiceAck.Builder ack =
              ServiceAck.newBuilder()
                  .setService(changed.getService().getName())
                  .setVersion(changed.getVersion());
          ack.getAcceptedBuilder();
          accepted.addServices(ack);
          ack.getServingBuilder();
          serving.addServices(ack);
        });
    stream.onNext(AgentMessage.newBuilder().setAck(accepted).build());
    if (delta.getSnapshotComplete()) {
      stream.onNext(AgentMessage.newBuilder().setAck(serving).build());
    }
  }
}
