package io.sallyport.control.operate;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.v1.Accepted;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlGrpc;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Rejected;
import io.sallyport.control.v1.Report;
import io.sallyport.control.v1.ResourceName;
import io.sallyport.control.v1.Revision;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.Serving;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An agent over a real socket that serves, or refuses, whatever it is told, at once. */
public final class PlainAgent implements AutoCloseable {
  private final ManagedChannel channel;
  private final Map<String, Revision> held = new TreeMap<>();
  private final StreamObserver<AgentMessage> out;
  private Revision revision = Revision.getDefaultInstance();
  private final List<Runnable> withheld = new ArrayList<>();
  private String refuses = "";
  private boolean dawdles;
  private long failed;

  /** Attaches as a node in a zone. */
  public PlainAgent(int port, String node, String zone) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer node:" + node);
    out =
        ControlGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .attach(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ControlMessage message) {
                    taken(message);
                  }

                  @Override
                  public void onError(Throwable gone) {
                    // The test ends it, or sees that the node is gone.
                  }

                  @Override
                  public void onCompleted() {
                    out.onCompleted();
                  }
                });
    Node.Builder said = Node.newBuilder().setName(node).setAgentVersion("test");
    said.getLocalityBuilder().setZone(zone);
    send(AgentMessage.newBuilder().setHello(Hello.newBuilder().setNode(said)).build());
  }

  /** Refuses a service from now on. */
  public synchronized void refuse(String service) {
    refuses = service;
  }

  /** Takes what it is told from now on, and does not serve it before {@link #serve}. */
  public synchronized void dawdle() {
    dawdles = true;
  }

  /** Serves what it has taken, and dawdles no more. */
  public synchronized void serve() {
    dawdles = false;
    withheld.forEach(Runnable::run);
    withheld.clear();
  }

  /** So many more sessions have reached no endpoint. */
  public synchronized void fail(int sessions) {
    failed += sessions;
    report();
  }

  /** What it has now. */
  public synchronized Revision revision() {
    return revision;
  }

  private synchronized void taken(ControlMessage message) {
    if (message.hasDelta()) {
      delta(message.getDelta());
    } else if (message.hasReportRequest()) {
      report();
    }
  }

  private void delta(Delta delta) {
    Map<String, Revision> changed = new TreeMap<>();
    delta
        .getChangedServicesList()
        .forEach(service -> changed.put(service.getService().getName(), service.getVersion()));
    delta
        .getChangedEndpointsList()
        .forEach(endpoints ->
            changed.put(endpoints.getEndpoints().getService(), endpoints.getVersion()));
    for (ResourceName removed : delta.getRemovedList()) {
      held.remove(removed.getService());
    }
    held.putAll(changed);
    revision = delta.getRevision();
    List<ServiceAck> first = new ArrayList<>();
    List<ServiceAck> second = new ArrayList<>();
    changed.forEach((service, version) -> {
      ServiceAck.Builder ack = ServiceAck.newBuilder().setService(service).setVersion(version);
      if (service.equals(refuses)) {
        first.add(
            ack.setRejected(
                    Rejected.newBuilder()
                        .addProblems(
                            Problem.newBuilder()
                                .setCode("address-in-use")
                                .setMessage("its address is in use")))
                .build());
      } else {
        first.add(ack.setAccepted(Accepted.getDefaultInstance()).build());
        second.add(ack.setServing(Serving.getDefaultInstance()).build());
      }
    });
    ack(delta, first);
    if (!second.isEmpty()) {
      withheld.add(() -> ack(delta, second));
    }
    if (!dawdles) {
      serve();
    }
  }

  private void ack(Delta delta, List<ServiceAck> services) {
    send(
        AgentMessage.newBuilder()
            .setAck(
                Ack.newBuilder()
                    .setNonce(delta.getNonce())
                    .setRevision(delta.getRevision())
                    .addAllServices(services))
            .build());
  }

  private void report() {
    send(
        AgentMessage.newBuilder()
            .setReport(Report.newBuilder().setRevision(revision).setFailedSessions(failed))
            .build());
  }

  private synchronized void send(AgentMessage message) {
    out.onNext(message);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
