package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.resource.SnapshotHash;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlGrpc;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.Report;
import io.sallyport.control.v1.ResourceName;
import io.sallyport.control.v1.ServiceAck;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An agent's stream over a real socket, and what it holds, without a node behind it. */
final class TestAgent implements AutoCloseable {
  static final int PATIENCE_SECONDS = 60;

  final TreeMap<ResourceKey, Revision> versions = new TreeMap<>();
  Revision revision = Revision.NONE;

  private final ManagedChannel channel;
  private final AtomicLong wireBytes = new AtomicLong();
  private final BlockingQueue<ControlMessage> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Ending> ended = new CompletableFuture<>();
  private final Answers answers;

  /** How a stream ended. */
  record Ending(Status status, Metadata trailers) {
    String said() {
      return status.getCode() + ": " + status.getDescription();
    }
  }

  private TestAgent(int port, String says, boolean reads) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    answers = new Answers(reads);
    ControlGrpc.newStub(channel)
        .withInterceptors(TestCallers.as(says), new Counting())
        .attach(answers);
  }

  static TestAgent of(int port, String says) {
    return new TestAgent(port, says, true);
  }

  /** One that takes nothing off its stream. */
  static TestAgent thatDoesNotRead(int port, String says) {
    return new TestAgent(port, says, false);
  }

  /** Says Hello as a node, in a zone. */
  TestAgent hello(String node, String zone) {
    Node.Builder said = Node.newBuilder().setName(node).setAgentVersion("test");
    said.getLocalityBuilder().setRegion("eu").setZone(zone);
    Hello.Builder hello = Hello.newBuilder().setNode(said);
    if (!revision.equals(Revision.NONE)) {
      hello.setRevision(Revisions.message(revision));
    }
    versions.forEach((key, version) ->
        hello
            .addResourcesBuilder()
            .setName(
                ResourceName.newBuilder()
                    .setService(key.service())
                    .setKind(
                        key.kind() == ResourceKey.Kind.SERVICE
                            ? ResourceName.Kind.KIND_SERVICE
                            : ResourceName.Kind.KIND_ENDPOINTS))
            .setVersion(Revisions.message(version)));
    send(AgentMessage.newBuilder().setHello(hello).build());
    return this;
  }

  /** Has what another had when it left. */
  TestAgent having(TestAgent other) {
    versions.putAll(other.versions);
    revision = other.revision;
    return this;
  }

  void send(AgentMessage message) {
    answers.stream().onNext(message);
  }

  /** The next message. */
  ControlMessage next() {
    try {
      ControlMessage message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(message).as("no message came; ended %s", ended.getNow(null)).isNotNull();
      return message;
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /** The next Delta, past requests for reports; it is not answered. */
  Delta delta() {
    while (true) {
      ControlMessage message = next();
      if (message.hasDelta()) {
        return message.getDelta();
      }
      assertThat(message.hasReportRequest()).as("%s", message).isTrue();
    }
  }

  /** Takes what a Delta changes. */
  Delta taken(Delta delta) {
    delta
        .getChangedServicesList()
        .forEach(changed ->
            versions.put(
                ResourceKey.service(changed.getService().getName()),
                Revisions.of(changed.getVersion())));
    delta
        .getChangedEndpointsList()
        .forEach(changed ->
            versions.put(
                ResourceKey.endpoints(changed.getEndpoints().getService()),
                Revisions.of(changed.getVersion())));
    delta
        .getRemovedList()
        .forEach(removed -> {
          if (removed.getKind() == ResourceName.Kind.KIND_SERVICE) {
            versions.remove(ResourceKey.service(removed.getService()));
          }
          versions.remove(ResourceKey.endpoints(removed.getService()));
        });
    if (delta.getSnapshotComplete()) {
      revision = Revisions.of(delta.getRevision());
      if (!delta.getSnapshotHash().isEmpty()) {
        assertThat(delta.getSnapshotHash()).isEqualTo(hash());
      }
    }
    return delta;
  }

  /** Takes the next Delta and accepts it. */
  Delta accept() {
    Delta delta = taken(delta());
    Ack.Builder ack = Ack.newBuilder().setNonce(delta.getNonce());
    if (delta.getSnapshotComplete()) {
      ack.setRevision(delta.getRevision());
    }
    delta
        .getChangedServicesList()
        .forEach(changed -> {
          ServiceAck.Builder one = ack.addServicesBuilder();
          one.setService(changed.getService().getName()).getAcceptedBuilder();
          one.setVersion(Revisions.message(version(changed.getService().getName())));
        });
    delta.getChangedEndpointsList().stream()
        .filter(changed ->
            delta.getChangedServicesList().stream()
                .noneMatch(service ->
                    service.getService().getName().equals(changed.getEndpoints().getService())))
        .forEach(changed -> {
          ServiceAck.Builder one = ack.addServicesBuilder();
          one.setService(changed.getEndpoints().getService()).getAcceptedBuilder();
          one.setVersion(changed.getVersion());
        });
    send(AgentMessage.newBuilder().setAck(ack).build());
    return delta;
  }

  /** Answers a Delta with what became of some services. */
  void ack(Delta delta, ServiceAck.Builder... services) {
    Ack.Builder ack =
        Ack.newBuilder().setNonce(delta.getNonce()).setRevision(Revisions.message(revision));
    Arrays.stream(services).forEach(ack::addServices);
    send(AgentMessage.newBuilder().setAck(ack).build());
  }

  /** About the content of a service that it has. */
  ServiceAck.Builder about(String service) {
    return ServiceAck.newBuilder()
        .setService(service)
        .setVersion(Revisions.message(version(service)));
  }

  /** All services serve. */
  void serves(Delta delta) {
    ack(
        delta,
        versions.keySet().stream()
            .filter(key -> key.kind() == ResourceKey.Kind.SERVICE)
            .map(key -> {
              ServiceAck.Builder ack = about(key.service());
              ack.getServingBuilder();
              return ack;
            })
            .toArray(ServiceAck.Builder[]::new));
  }

  void report(Report.Builder report) {
    send(AgentMessage.newBuilder().setReport(report).build());
  }

  Revision version(String service) {
    Revision own = versions.getOrDefault(ResourceKey.service(service), Revision.NONE);
    Revision behind = versions.getOrDefault(ResourceKey.endpoints(service), Revision.NONE);
    return own.compareTo(behind) > 0 ? own : behind;
  }

  ByteString hash() {
    return SnapshotHash.of(versions).bytes();
  }

  /** Bytes that came over the stream, frames' headers included. */
  long wireBytes() {
    return wireBytes.get();
  }

  int waiting() {
    return messages.size();
  }

  boolean hasEnded() {
    return ended.isDone();
  }

  /** How the stream ended. */
  Ending ending() {
    return ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private final class Answers implements ClientResponseObserver<AgentMessage, ControlMessage> {
    private final boolean reads;
    private final CompletableFuture<ClientCallStreamObserver<AgentMessage>> started =
        new CompletableFuture<>();

    Answers(boolean reads) {
      this.reads = reads;
    }

    ClientCallStreamObserver<AgentMessage> stream() {
      return started.join();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<AgentMessage> stream) {
      if (!reads) {
        stream.disableAutoRequestWithInitial(0);
      }
      started.complete(stream);
    }

    @Override
    public void onNext(ControlMessage message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable failed) {
      Metadata trailers = Status.trailersFromThrowable(failed);
      ended.complete(
          new Ending(Status.fromThrowable(failed), trailers == null ? new Metadata() : trailers));
    }

    @Override
    public void onCompleted() {
      ended.complete(new Ending(Status.OK, new Metadata()));
    }
  }

  private final class Counting implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(
          method,
          options.withStreamTracerFactory(
              new ClientStreamTracer.Factory() {
                @Override
                public ClientStreamTracer newClientStreamTracer(
                    ClientStreamTracer.StreamInfo info, Metadata headers) {
                  return new ClientStreamTracer() {
                    @Override
                    public void inboundWireSize(long bytes) {
                      wireBytes.addAndGet(bytes);
                    }
                  };
                }
              }));
    }
  }
}
