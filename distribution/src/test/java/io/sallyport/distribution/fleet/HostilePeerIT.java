package io.sallyport.distribution.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.operate.client.OperationsException;
import io.sallyport.control.security.Role;
import io.sallyport.control.security.TlsFiles;
import io.sallyport.control.security.TrialAuthority;
import io.sallyport.control.security.TrialAuthority.Holder;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.GetCatalogRequest;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.OperationsGrpc;
import io.sallyport.control.v1.Resource;
import io.sallyport.distribution.acceptance.LabRequirements;
import io.sallyport.distribution.acceptance.Until;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers that mean ill, at the real control plane: each is refused or bounded, which is written
 * down, and meanwhile a node that behaves gets every change, and its session goes on.
 */
@Timeout(600)
class HostilePeerIT {
  private static final Duration VALID = Duration.ofDays(2);
  private static final Duration EFFECTIVE = Duration.ofSeconds(60);
  private static final Duration LOGGED = Duration.ofSeconds(30);
  private static final int FLOOD = 1_000;
  private static final int CALLS_AT_ONCE = 100;
  private static final int SLOW = 8;
  private static final int MEGABYTE = 1 << 20;
  private static final long MOST_KILOBYTES = 300 * 1024;
  private static final String SETTINGS =
      """
      agents { hello-timeout = 8s, answer-timeout = 8s }
      connections { message-bytes = 1MiB, handshake = 8s }
      """;

  @TempDir private Path directory;
  private LoopbackFleet fleet;
  private ControlProcess control;
  private AgentProcess good;
  private LastingSession session;
  private List<String> addresses;
  private TlsFiles second;
  private int change;

  /** A control plane, a node that behaves, and a session through that. */
  @BeforeEach
  void setUp() throws Exception {
    LabRequirements.check("curl");
    fleet = LoopbackFleet.in(directory);
    control = fleet.control(1, SETTINGS);
    addresses = List.of(control.address());
    control.start();
    control.awaitReady();
    good = fleet.agent("n1", addresses);
    good.start();
    second = fleet.authority().issue(new Holder.Node("n2"), "n2", VALID);
    assertOthersUnaffected();
    session = fleet.opened(LastingSession.to("good", fleet.addressOf("a-n1"), LoopbackFleet.PORT));
  }

  @AfterEach
  void tearDown() {
    if (fleet != null) {
      fleet.close();
    }
  }

  @Test
  void aCertificateOfAnotherAuthorityOpensNothing() throws Exception {
    TrialAuthority stranger =
        TrialAuthority.in(
            directory.resolve("strangers-ca"),
            Path.of(System.getProperty("java.home")),
            "sallyport");
    TlsFiles forged = stranger.issue(new Holder.Node("n1"), "n1", VALID);
    TlsFiles admin = stranger.issue(new Holder.Operator("eve", Role.ADMIN), "eve", VALID);
    try (Peer peer = peer(Optional.of(forged))) {
      assertThat(peer.attach().say(hello("n1")).read(1).end().getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
    TlsFiles eve = new TlsFiles(admin.certificate(), admin.key(), fleet.authority().certificate());
    assertThatThrownBy(() -> OperationsClient.connect(LoopbackFleet.settings(addresses, eve)))
        .isInstanceOf(OperationsException.class);
    // A client may be told before the log is written.
    Awaitility.await()
        .atMost(LOGGED)
        .untilAsserted(() ->
            assertThat(control.wholeLog())
                .contains("the certificate of a client was refused", "CN=n1", "CN=eve"));
    assertOthersUnaffected();
  }

  @Test
  void whoShowsNoCertificateIsNobody() throws Exception {
    try (Peer peer = peer(Optional.empty())) {
      Status end = peer.attach().say(hello("n1")).read(1).end();
      assertThat(end.getCode())
          .as(end.toString())
          .isIn(Status.Code.UNAUTHENTICATED, Status.Code.UNAVAILABLE);
    }
    assertOthersUnaffected();
  }

  @Test
  void aNodeIsOnlyItselfAndNoOperator() throws Exception {
    try (Peer peer = peer(Optional.of(second))) {
      Status end = peer.attach().say(hello("n1")).read(1).end();
      assertThat(end.getCode()).as(end.toString()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(end.getDescription()).contains("n1", "n2");
      assertAudited("\"name\":\"n2\"", "n1");

      OperationsGrpc.OperationsBlockingStub operations =
          OperationsGrpc.newBlockingStub(peer.channel());
      assertThatThrownBy(
              () -> operations.getCatalog(GetCatalogRequest.getDefaultInstance()).hasNext())
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused ->
                  assertThat(refused.getStatus().getCode())
                      .isEqualTo(Status.Code.PERMISSION_DENIED));
      assertThatThrownBy(() -> operations.nodes(NodesRequest.getDefaultInstance()).hasNext())
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("PERMISSION_DENIED");
    }
    // Nor may one who only looks change anything.
    TlsFiles victor =
        fleet.authority().issue(new Holder.Operator("victor", Role.VIEWER), "victor", VALID);
    try (OperationsClient viewer =
        OperationsClient.connect(LoopbackFleet.settings(addresses, victor))) {
      Resource service = fleet.service("a-n1", 99);
      assertThatThrownBy(() ->
              viewer.apply(ApplyHead.newBuilder().setComment("mine").build(), List.of(service)))
          .isInstanceOf(OperationsException.class)
          .hasMessageContaining("editor");
      assertThat(viewer.history(Revision.NONE, 50))
          .noneMatch(found -> found.getComment().equals("mine"));
    }
    assertAudited("\"name\":\"victor\"", "refused");
    assertOthersUnaffected();
  }

  @Test
  void aFloodOfStreamsIsBounded() throws Exception {
    List<Peer.Stream> streams = new ArrayList<>();
    List<Peer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < FLOOD; i++) {
        if (i % CALLS_AT_ONCE == 0) {
          peers.add(peer(Optional.of(second)));
        }
        streams.add(peers.getLast().attach().read(1));
      }
      assertOthersUnaffected();
      Until.holds(
          "all streams but those that are allowed have ended",
          EFFECTIVE,
          () -> streams.stream().filter(Peer.Stream::ended).count() + " ended\n" + control.log(),
          () -> streams.stream().filter(Peer.Stream::ended).count() >= FLOOD - CALLS_AT_ONCE);
      assertThat(
              streams.stream()
                  .filter(Peer.Stream::ended)
                  .filter(stream -> stream.end().getCode() == Status.Code.RESOURCE_EXHAUSTED)
                  .count())
          .as("streams that were too many")
          .isGreaterThan(FLOOD / 2);
      // Those that were let in said nothing, and go.
      assertThat(streams).allSatisfy(stream -> assertThat(stream.end().isOk()).isFalse());
    } finally {
      peers.forEach(Peer::close);
    }
    assertAudited("\"name\":\"n2\"", "refused: more than");
    assertOthersUnaffected();
  }

  @Test
  void whatIsTooLargeOrNoMessageEndsItsStreamAlone() throws Exception {
    Random random = new Random(7);
    try (Peer peer = peer(Optional.of(second))) {
      Status large = peer.attach().say(new byte[20 * MEGABYTE]).read(1).end();
      assertThat(large.isOk()).as(large.toString()).isFalse();
      Awaitility.await()
          .atMost(LOGGED)
          .untilAsserted(() ->
              assertThat(control.wholeLog())
                  .contains("gRPC message exceeds maximum size 1048576")
                  .as("a line, and no stack trace")
                  .doesNotContain("at io.grpc"));

      byte[] junk = new byte[4_000];
      random.nextBytes(junk);
      Status malformed = peer.attach().say(junk).read(1).end();
      assertThat(malformed.getCode())
          .as(malformed.toString())
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(malformed.getDescription()).contains("no message of the protocol");
      assertAudited("\"name\":\"n2\"", "no message of the protocol");

      Status wordless = peer.attach().say(new byte[0]).read(1).end();
      assertThat(wordless.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(wordless.getDescription()).contains("Hello");

      Status twice = peer.attach().say(hello("n2")).say(hello("n2")).read(5).end();
      assertThat(twice.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(twice.getDescription()).contains("second Hello");
    }
    // And what does not even speak TLS.
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Socket socket = socket();
      sockets.add(socket);
      byte[] bytes = new byte[1 + random.nextInt(8_192)];
      random.nextBytes(bytes);
      socket
          .getOutputStream()
          .write(i % 2 == 0 ? bytes : "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    // Some begin a handshake and say no more.
    for (int i = 0; i < 50; i++) {
      sockets.add(socket());
    }
    assertOthersUnaffected();
    for (Socket socket : sockets) {
      socket.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
      assertThat(drained(socket)).as("connections that say nothing sensible are closed").isTrue();
      socket.close();
    }
    assertOthersUnaffected();
  }

  @Test
  void whoReadsSlowlyHoldsUpNobodyAndIsLetGo() throws Exception {
    List<Peer> peers = new ArrayList<>();
    try {
      List<Peer.Stream> streams = new ArrayList<>();
      for (int i = 0; i < SLOW; i++) {
        String node = "slow-" + i;
        Peer peer = peer(Optional.of(certificate(node)));
        peers.add(peer);
        // Attached, and reads nothing at all.
        streams.add(peer.attach().say(hello(node)));
        if (i == 0) {
          Until.holds("attached", EFFECTIVE, control::log, () -> attached(node));
        }
      }
      for (int i = 0; i < 30; i++) {
        fleet.applied(addresses, "to the slow " + i, forAll(i));
      }
      assertOthersUnaffected();
      for (Peer.Stream stream : streams) {
        Status end = stream.read(1_000).end();
        assertThat(end.getCode()).as(end.toString()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(end.getDescription()).contains("was not answered in 8 s");
      }
    } finally {
      peers.forEach(Peer::close);
    }
    assertOthersUnaffected();
  }

  /** A change reaches the node that behaves, soon; its session goes on; memory is bounded. */
  private void assertOthersUnaffected() throws IOException {
    change++;
    Revision revision =
        fleet.applied(addresses, "change " + change, List.of(fleet.service("a-n1", change)));
    Duration took = fleet.awaitEffective(addresses, List.of("n1"), revision, EFFECTIVE);
    assertThat(good.hosts()).contains(LoopbackFleet.name("a-n1", change));
    assertThat(control.alive()).isTrue();
    long kilobytes = control.residentKilobytes();
    System.out.printf(
        "change %d effective on the good node after %d ms; the control plane has %d MiB%n",
        change, took.toMillis(), kilobytes / 1024);
    assertThat(kilobytes).as("resident kilobytes").isLessThan(MOST_KILOBYTES);
    if (session != null) {
      long answers = session.answers();
      Until.holds(
          "answered",
          EFFECTIVE,
          () -> session.fault().toString(),
          () -> session.answers() > answers);
      assertThat(session.fault()).isEmpty();
    }
  }

  private void assertAudited(String... parts) throws IOException {
    assertThat(Files.readAllLines(control.state().resolve("audit.log")))
        .anySatisfy(line -> assertThat(line).contains(parts));
  }

  private boolean attached(String node) {
    return Optional.ofNullable(fleet.nodes(addresses).get(node))
        .filter(NodeState::getAttached)
        .isPresent();
  }

  /** A service that every node gets, large enough to fill what the network holds. */
  private List<Resource> forAll(int number) {
    Resource one = fleet.service("a-n1", number);
    String definition =
        one.getService()
            .getDefinition()
            .replace("a-n1 {", "for-all {")
            .replace(LoopbackFleet.name("a-n1", number), names(number))
            .replace(fleet.addressOf("a-n1"), fleet.address(60))
            .replace("nodes { names = [n1] }", "");
    Resource.Builder all = one.toBuilder();
    all.getServiceBuilder().setName("for-all").setDefinition(definition);
    all.getEndpointsBuilder().setService("for-all");
    return List.of(all.build());
  }

  private static String names(int number) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      names
          .append(i == 0 ? "" : ", ")
          .append("n")
          .append(number)
          .append('-')
          .append(i)
          .append(".for-all.test");
    }
    return names.toString();
  }

  private TlsFiles certificate(String node) {
    return fleet.authority().issue(new Holder.Node(node), node, VALID);
  }

  private Peer peer(Optional<TlsFiles> tls) throws IOException {
    return Peer.of(control.address(), tls, fleet.authority().certificate());
  }

  private Socket socket() throws IOException {
    String address = control.address();
    int colon = address.lastIndexOf(':');
    return new Socket(
        InetAddress.ofLiteral(address.substring(0, colon)),
        Integer.parseInt(address.substring(colon + 1)));
  }

  /** Reads to the end; whether there is one. */
  private static boolean drained(Socket socket) {
    try {
      socket.getInputStream().readAllBytes();
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static byte[] hello(String node) {
    return AgentMessage.newBuilder()
        .setHello(Hello.newBuilder().setNode(Node.newBuilder().setName(node)))
        .build()
        .toByteArray();
  }
}
