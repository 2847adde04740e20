package io.sallyport.control.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.TestServices;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.PeerLimits;
import io.sallyport.control.security.Role;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TrialAuthority;
import io.sallyport.control.security.TrialAuthority.Holder;
import io.sallyport.control.server.ControlServer.Restored;
import io.sallyport.control.server.ControlSettings.Security;
import io.sallyport.control.server.ControlSettings.Store;
import io.sallyport.control.store.EtcdServer;
import io.sallyport.control.store.EtcdSettings;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.ApplyRequest;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.HistoryRequest;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.OperationsGrpc;
import io.sallyport.control.v1.Resources;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.WhoAmIRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole replica, over real sockets. */
class ControlServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final List<ControlServer> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  /** Those of the replica that was started last. */
  private MetricRegistry metrics = new MetricRegistry();

  @AfterEach
  void endAll() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(ControlServer::close);
  }

  private ControlSettings settings(String replica, Security security, Store store, int port) {
    Path state = directory.resolve(replica);
    return new ControlSettings(
        replica,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        "127.0.0.1:" + port,
        state,
        security,
        new ControlSettings.Catalog(store, 100),
        new ControlSettings.Connections(
            new PeerLimits.Limits(100, 1000, 1000),
            4 << 20,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20)),
        AgentsSettings.DEFAULT,
        new ControlSettings.Audit(state.resolve("audit.log"), 1 << 20, 2),
        Duration.ofMillis(200));
  }

  private ControlServer start(ControlSettings settings, Restored restored) {
    return start(settings, restored, new CompletableFuture<>()).orElseThrow();
  }

  private Optional<ControlServer> start(
      ControlSettings settings, Restored restored, CompletableFuture<?> stop) {
    metrics = new MetricRegistry();
    Optional<ControlServer> server =
        ControlServer.start(
            settings,
            restored,
            new ControlServer.Environment(
                TestServices.LANGUAGE,
                metrics,
                InstantSource.system(),
                System::nanoTime,
                new Random(),
                "test"),
            stop);
    server.ifPresent(servers::add);
    return server;
  }

  private ControlServer insecure(String replica, Restored restored) {
    return start(settings(replica, new Security.Insecure(), new Store.Embedded(), 0), restored);
  }

  private ManagedChannel channel(ControlServer server) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.address().getPort())
            .usePlaintext()
            .build();
    channels.add(channel);
    return channel;
  }

  private static ApplyReply apply(Channel channel, String id, String address) throws Exception {
    CompletableFuture<ApplyReply> reply = new CompletableFuture<>();
    StreamObserver<ApplyRequest> request =
        OperationsGrpc.newStub(channel)
            .apply(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ApplyReply answer) {
                    reply.complete(answer);
                  }

                  @Override
                  public void onError(Throwable failed) {
                    reply.completeExceptionally(failed);
                  }

                  @Override
                  public void onCompleted() {}
                });
    request.onNext(
        ApplyRequest.newBuilder().setHead(ApplyHead.newBuilder().setComment("for a test")).build());
    request.onNext(
        ApplyRequest.newBuilder()
            .setResources(
                Resources.newBuilder().addResources(TestServices.resource(id, address, "10.0.0.1")))
            .build());
    request.onCompleted();
    return reply.get(60, TimeUnit.SECONDS);
  }

  private static List<String> nodes(Channel channel) {
    Iterator<NodeState> all =
        OperationsGrpc.newBlockingStub(channel).nodes(NodesRequest.getDefaultInstance());
    List<String> nodes = new ArrayList<>();
    all.forEachRemaining(node -> nodes.add(node.getNode().getName() + " at " + node.getReplica()));
    return nodes;
  }

  @Test
  void aChangeReachesAnAgentAndOutlivesARestart() throws Exception {
    ControlServer first = insecure("one", Restored.NO);
    assertThat(first.unready()).isEmpty();
    ApplyReply applied = apply(channel(first), "icr", "127.20.0.1");
    assertThat(applied.getOutcome()).isEqualTo(ApplyReply.Outcome.OUTCOME_APPLIED);
    try (TestAgent agent = TestAgent.of(first.address().getPort(), "node:n1")) {
      agent.hello("n1", "z1");
      assertThat(agent.accept().getRevision()).isEqualTo(applied.getRevision());
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> nodes(channel(first)), List.of("n1 at one")::equals);

      CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(first::stop);
      ControlMessage last = agent.next();
      while (!last.hasLeave()) {
        last = agent.next();
      }
      assertThat(agent.ending().status().isOk()).isTrue();
      assertThat(stopped.get(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(first.unready()).containsExactly("the control plane stops");

    ControlServer second = insecure("one", Restored.NO);
    assertThat(
            OperationsGrpc.newBlockingStub(channel(second))
                .history(HistoryRequest.getDefaultInstance())
                .getChanges(0)
                .getRevision())
        .isEqualTo(applied.getRevision());
    assertThat(Files.readString(directory.resolve("one/audit.log")))
        .contains("\"action\":\"catalog.apply\"");
  }

  @Test
  void aRestoredStoreGoesOnInANewEpoch() throws Exception {
    ControlServer first = insecure("one", Restored.NO);
    Revision before = Revisions.of(apply(channel(first), "icr", "127.20.0.1").getRevision());
    first.close();
    Files.delete(directory.resolve("one/catalog.witness"));
    assertThatThrownBy(() -> insecure("one", Restored.NO))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("start once with --restored");

    ControlServer second = insecure("one", Restored.YES);

    Revision after =
        Revisions.of(
            OperationsGrpc.newBlockingStub(channel(second))
                .history(HistoryRequest.getDefaultInstance())
                .getChanges(0)
                .getRevision());
    assertThat(after.epoch()).isGreaterThan(before.epoch());
    assertThat(after.number()).isEqualTo(1);
  }

  @Test
  void healthAndReflectionAnswer() throws Exception {
    ControlServer server = insecure("one", Restored.NO);
    ManagedChannel channel = channel(server);

    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    CompletableFuture<ServerReflectionResponse> listed = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> ask =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    listed.complete(answer);
                  }

                  @Override
                  public void onError(Throwable failed) {
                    listed.completeExceptionally(failed);
                  }

                  @Override
                  public void onCompleted() {}
                });
    ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(listed.get(60, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains(
            "sallyport.control.v1.Control",
            "sallyport.control.v1.Operations",
            "grpc.health.v1.Health");
    ask.onCompleted();
  }

  @Test
  void anAddressThatIsTakenIsTold() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() ->
              start(
                  settings(
                      "one", new Security.Insecure(), new Store.Embedded(), taken.getLocalPort()),
                  Restored.NO))
          .isInstanceOf(ControlException.class)
          .hasMessageContaining(
              "the control plane cannot start: 127.0.0.1:"
                  + taken.getLocalPort()
                  + " cannot be listened on: ")
          .hasMessageEndingWith(
              "is another control plane running? Choose another address with listen");
    }
    // Nothing of it was left behind.
    insecure("one", Restored.NO);
  }

  @Test
  void overTlsOnlyThoseWithACertificateGetIn() throws Exception {
    TrialAuthority authority = authority();
    TlsFiles ours =
        authority.issue(
            new Holder.Replica("one", List.of("127.0.0.1")), "replica", Duration.ofDays(1));
    TlsFiles ann =
        authority.issue(new Holder.Operator("ann", Role.VIEWER), "ann", Duration.ofDays(1));
    ControlServer server =
        start(
            settings(
                "one",
                new Security.Tls(ours, "sallyport", Optional.empty(), Duration.ofSeconds(10)),
                new Store.Embedded(),
                0),
            Restored.NO);
    ManagedChannel known = encrypted(server, Optional.of(ann), ours);
    ManagedChannel unknown = encrypted(server, Optional.empty(), ours);

    assertThat(
            OperationsGrpc.newBlockingStub(known)
                .whoAmI(WhoAmIRequest.getDefaultInstance())
                .getRole())
        .isEqualTo("viewer");
    assertThatThrownBy(() -> apply(known, "icr", "127.20.0.1"))
        .hasRootCauseInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("PERMISSION_DENIED");
    assertThatThrownBy(() ->
            OperationsGrpc.newBlockingStub(unknown).whoAmI(WhoAmIRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    assertThat(
            HealthGrpc.newBlockingStub(unknown)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    Counter plaintext = metrics.counter("control_plaintext_connections_total");
    assertThat(plaintext.getCount()).isZero();
    try (Socket stranger =
        new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      stranger.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      // Perhaps an alert, but no HTTP; then the end.
      assertThat(new String(stranger.getInputStream().readAllBytes(), US_ASCII))
          .doesNotContain("HTTP");
    }
    assertThat(plaintext.getCount()).isEqualTo(1);
  }

  private TrialAuthority authority() {
    return TrialAuthority.in(
        directory.resolve("authority"), Path.of(System.getProperty("java.home")), "sallyport");
  }

  private ManagedChannel encrypted(
      ControlServer server, Optional<TlsFiles> identity, TlsFiles trusting) throws Exception {
    var context = GrpcSslContexts.forClient().trustManager(trusting.authorities().toFile());
    identity.ifPresent(own -> context.keyManager(own.certificate().toFile(), own.key().toFile()));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.address().getPort())
            .sslContext(context.build())
            .build();
    channels.add(channel);
    return channel;
  }

  @Test
  void replicasWithOneEtcdShareTheCatalogAndTheFleet() throws Exception {
    EtcdServer etcd = EtcdServer.start(directory);
    try {
      Store store = new Store.Etcd(etcd.settings(Duration.ofSeconds(20)));
      ControlServer one = start(settings("one", new Security.Insecure(), store, 0), Restored.NO);
      ControlServer two = start(settings("two", new Security.Insecure(), store, 0), Restored.NO);
      try (TestAgent agent = TestAgent.of(two.address().getPort(), "node:n2")) {
        agent.hello("n2", "z1");
        ApplyReply applied = apply(channel(one), "icr", "127.20.0.1");
        while (!agent.accept().getRevision().equals(applied.getRevision())) {
          assertThat(agent.hasEnded()).isFalse();
        }
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> nodes(channel(one)), List.of("n2 at two")::equals);
        Awaitility.await().atMost(PATIENCE).until(() -> one.troubles().isEmpty());
        OperationsGrpc.OperationsBlockingStub operations =
            OperationsGrpc.newBlockingStub(channel(one));
        NodesRequest request = NodesRequest.newBuilder().addNames("n2").setServices(true).build();
        // The other replica has three seconds.
        Awaitility.await()
            .atMost(PATIENCE)
            .untilAsserted(() -> {
              NodeState asked = operations.nodes(request).next();
              assertThat(asked.getServicesUnknown()).isEmpty();
              assertThat(asked.getServicesList())
                  .extracting(ServiceState::getService)
                  .containsExactly("icr");
            });
      }
      two.stop();
      one.stop();
    } finally {
      etcd.kill();
    }
  }

  @Test
  void aReplicaThatHasToSayWhoItIsWaitsForItsEtcdToo() throws Exception {
    EtcdServer etcd = EtcdServer.start(directory, "--bcrypt-cost=4");
    try {
      EtcdSettings settings =
          etcd.settings(Duration.ofSeconds(2), Optional.of(EtcdServer.USER), Optional.empty());
      etcd.askWho(settings);
      etcd.kill();
      Store store = new Store.Etcd(settings);
      CompletableFuture<ControlServer> starting =
          CompletableFuture.supplyAsync(
              () -> start(settings("one", new Security.Insecure(), store, 0), Restored.NO));
      // Longer than one request may take with its retries.
      assertThatThrownBy(() -> starting.get(5, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      etcd.start();
      ControlServer server = starting.get(60, TimeUnit.SECONDS);
      assertThat(apply(channel(server), "icr", "127.20.0.1").getOutcome())
          .isEqualTo(ApplyReply.Outcome.OUTCOME_APPLIED);
      Awaitility.await().atMost(PATIENCE).until(() -> server.troubles().isEmpty());
      server.stop();
    } finally {
      etcd.kill();
    }
  }

  @Test
  void aStartThatWaitsForAnEtcdThatIsSilentEndsWhenItIsTold() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> stop = new CompletableFuture<>();
      CompletableFuture<Optional<ControlServer>> starting =
          starting(silent.getLocalPort(), Duration.ofMinutes(1), Restored.NO, stop);
      try (Socket connected = silent.accept()) {
        assertThat(connected.isConnected()).isTrue();
        assertThat(starting).isNotDone();
        stop.complete(null);
        assertThat(starting.get(50, TimeUnit.SECONDS)).isEmpty();
      }
    }
  }

  @Test
  void aStartThatPausesBeforeItAsksTheStoreAgainEndsWhenItIsTold() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = free.getLocalPort();
    }
    for (Restored restored : Restored.values()) {
      CompletableFuture<Void> stop = new CompletableFuture<>();
      CompletableFuture<Optional<ControlServer>> starting =
          starting(nobody, Duration.ofMillis(100), restored, stop);
      // Past some of its tries; the pauses have become longer than the requests.
      assertThatThrownBy(() -> starting.get(2, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      stop.complete(null);
      assertThat(starting.get(50, TimeUnit.SECONDS)).isEmpty();
    }
  }

  private CompletableFuture<Optional<ControlServer>> starting(
      int etcd, Duration timeout, Restored restored, CompletableFuture<?> stop) {
    Store store =
        new Store.Etcd(
            new EtcdSettings(
                List.of(URI.create("http://127.0.0.1:" + etcd)),
                "/test/",
                Optional.empty(),
                Optional.empty(),
                timeout,
                Duration.ofSeconds(2)));
    return CompletableFuture.supplyAsync(
        () -> start(settings("one", new Security.Insecure(), store, 0), restored, stop));
  }

  @Test
  void aReplicaThatStartsBeforeItsEtcdWaitsForIt() throws Exception {
    EtcdServer etcd = EtcdServer.start(directory);
    try {
      Store store = new Store.Etcd(etcd.settings(Duration.ofSeconds(1)));
      etcd.kill();
      CompletableFuture<ControlServer> starting =
          CompletableFuture.supplyAsync(
              () -> start(settings("one", new Security.Insecure(), store, 0), Restored.NO));
      // Longer than one request may take with its retries.
      assertThatThrownBy(() -> starting.get(3, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      etcd.start();
      assertThat(starting.get(60, TimeUnit.SECONDS).unready()).isEmpty();
      starting.join().stop();
    } finally {
      etcd.kill();
    }
  }
}
