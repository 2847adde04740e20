package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.sallyport.control.security.Caller;
import io.sallyport.control.v1.NodeEvent;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.NodesRequest;
import io.sallyport.control.v1.OperationsGrpc;
import io.sallyport.control.v1.ServiceState;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two replicas that tell each other of their nodes, over real sockets. */
class PeersTest {
  private static final String NO_CHANNEL = "no-channel";
  private static final Duration PATIENCE = Duration.ofSeconds(TestAgent.PATIENCE_SECONDS);

  private final MemoryStore store = new MemoryStore();
  private final TestCatalog catalog = new TestCatalog();
  private final Replica one = new Replica("r1");
  private final Replica two = new Replica("r2");

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  @Test
  void everyReplicaKnowsTheNodesOfAll() {
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    one.control.agent("n1").hello("n1", "eu-1").accept();
    two.control.agent("n2").hello("n2", "eu-2").accept();

    for (Replica replica : List.of(one, two)) {
      assertThat(replica.node("n1", NodeState::hasAccepted).getReplica()).isEqualTo("r1");
      assertThat(replica.node("n2", NodeState::hasAccepted).getReplica()).isEqualTo("r2");
      assertThat(replica.whole.nodes())
          .extracting(node -> node.getNode().getName())
          .containsExactly("n1", "n2");
      // A node may be told before it is that these are all.
      replica.control.until(() -> replica.peers.troubles().isEmpty());
    }
    assertThat(one.control.fleet.nodes()).as("its own").hasSize(1);
  }

  @Test
  void aNodeThatMovesCountsWhereItAttachedLast() {
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    TestAgent first = one.control.agent("n1").hello("n1", "eu-1");
    first.accept();
    two.node("n1", node -> node.getReplica().equals("r1"));
    // A second later, and the first replica has not noticed yet that the node is gone.
    two.control.loop.advance(Duration.ofSeconds(1));
    two.control.agent("n1").hello("n1", "eu-1").accept();
    one.node("n1", node -> node.getReplica().equals("r2"));
    two.node("n1", node -> node.getReplica().equals("r2"));
    one.control.loop.advance(Duration.ofSeconds(5));
    first.close();
    one.control.node("n1", node -> !node.getAttached());
    two.control.agent("n2").hello("n2", "eu-1").accept();
    one.node("n2", NodeState::hasAccepted);
    assertThat(one.node("n1", _ -> true).getReplica())
        .as("that it left the first is no news")
        .isEqualTo("r2");
  }

  @Test
  void theNodesOfAReplicaThatIsGoneHaveLeft() {
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    two.control.agent("n2").hello("n2", "eu-2").accept();
    one.node("n2", NodeState::hasAccepted);
    two.peers.close();
    assertThat(one.node("n2", node -> !node.getAttached()).getReplica()).isEqualTo("r2");
    one.control.until(() -> one.peers.troubles().isEmpty());
    one.control.agent("n2").hello("n2", "eu-2").accept();
    one.node("n2", node -> node.getAttached() && node.getReplica().equals("r1"));
  }

  @Test
  void aReplicaThatCannotBeAskedIsToldAndAskedAgain() {
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    two.control.agent("n2").hello("n2", "eu-2").accept();
    one.node("n2", NodeState::hasAccepted);
    one.control.until(() -> one.peers.troubles().isEmpty());
    two.operations.refuse("not today");
    one.control.until(() -> !one.peers.troubles().isEmpty());
    assertThat(one.peers.troubles())
        .containsExactly(
            "replica r2 at 127.0.0.1:"
                + two.control.port()
                + " cannot be asked for its nodes: UNAVAILABLE: not today; what it told last is"
                + " shown");
    assertThat(one.node("n2", _ -> true).getAttached()).isTrue();

    two.operations.refuse("");
    one.control.until(() -> {
      one.control.loop.advance(Duration.ofSeconds(1));
      return one.peers.troubles().isEmpty();
    });
    two.control.agent("n3").hello("n3", "eu-2").accept();
    one.node("n3", NodeState::hasAccepted);
  }

  @Test
  void aReplicaTellsTheServicesOfItsNodes() throws Exception {
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    two.control.agent("n2").hello("n2", "eu-2").accept();
    one.node("n2", NodeState::hasAccepted);

    assertThat(one.peers.nodes("r2", List.of("n2", "n9"), PATIENCE).get(30, TimeUnit.SECONDS))
        .singleElement()
        .satisfies(node -> {
          assertThat(node.getNode().getName()).isEqualTo("n2");
          assertThat(node.getServicesList())
              .extracting(ServiceState::getService)
              .containsExactly("a");
        });
  }

  @Test
  void aReplicaThatCannotTellOfItsNodesIsGivenUpInTime() {
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    two.control.agent("n2").hello("n2", "eu-2").accept();
    one.node("n2", NodeState::hasAccepted);

    two.operations.silent = true;
    assertThat(one.peers.nodes("r2", List.of("n2"), Duration.ofMillis(200)))
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withMessageContaining("DEADLINE_EXCEEDED");
    two.operations.silent = false;
    two.operations.refuse("not today");
    assertThat(one.peers.nodes("r2", List.of("n2"), PATIENCE))
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withMessageContaining("UNAVAILABLE: not today");
    assertThat(one.peers.nodes("r3", List.of("n2"), PATIENCE))
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withMessageContaining("it is not there, or at no address that it can be asked at");
  }

  @Test
  void aStoreThatIsAwayIsToldAndAskedAgain() {
    one.control.until(() -> one.peers.troubles().isEmpty());
    store.failing(true);
    store.stir();
    one.control.until(() -> !one.peers.troubles().isEmpty());
    assertThat(one.peers.troubles())
        .containsExactly("the other replicas are not known: the store is away");
    store.failing(false);
    one.control.until(() -> {
      one.control.loop.advance(Duration.ofSeconds(6));
      return one.peers.troubles().isEmpty();
    });
  }

  @Test
  void oddAddressesInTheStoreAreToldAndHoldUpNobody() {
    store.present("replica/a-bad", ByteString.copyFromUtf8("unix:///tmp/x"));
    store.present("replica/b bad", ByteString.copyFromUtf8("127.0.0.1:1"));
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    two.control.agent("n2").hello("n2", "eu-2").accept();

    one.node("n2", NodeState::hasAccepted);
    one.control.until(() -> one.peers.troubles().size() == 2);
    assertThat(one.peers.troubles().getFirst())
        .isEqualTo(
            "a replica in the store says that it is called \"a-bad\" and reached at"
                + " \"unix:///tmp/x\", which is no name with a host and port; it is not asked for"
                + " its nodes");
  }

  @Test
  void hostsThatGrpcThrowsForAreToldAndHoldUpNobody() {
    List<String> odd =
        List.of("control_1:9430", "-c:9430", "a..b:9430", "1.2.3:9430", "[1:2]:9430", "b:0");
    for (int which = 0; which < odd.size(); which++) {
      store.present("replica/a-" + which, ByteString.copyFromUtf8(odd.get(which)));
    }
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    two.control.agent("n2").hello("n2", "eu-2").accept();

    one.node("n2", NodeState::hasAccepted);
    one.control.until(() -> one.peers.troubles().size() == odd.size());
    assertThat(one.peers.troubles().getFirst())
        .isEqualTo(
            "a replica in the store says that it is called \"a-0\" and reached at"
                + " \"control_1:9430\", which is no name with a host and port; it is not asked for"
                + " its nodes");
  }

  @Test
  void aReplicaThatNoChannelCanBeMadeToHoldsUpNobodyAndIsTriedAgain() {
    int port = two.control.port();
    store.present("replica/a-2", ByteString.copyFromUtf8(NO_CHANNEL + ":" + port));
    one.control.change(catalog.with("a", ""));
    two.control.change(catalog.head());
    two.control.agent("n2").hello("n2", "eu-2").accept();

    one.node("n2", NodeState::hasAccepted);
    one.control.until(() ->
        one.peers
            .troubles()
            .equals(
                List.of(
                    "replica a-2 at no-channel:"
                        + port
                        + " cannot be connected to, and is not asked for its nodes: no channel"
                        + " today")));

    one.noChannel = false;
    one.control.until(() -> {
      one.control.loop.advance(Duration.ofSeconds(1));
      return one.peers.troubles().isEmpty();
    });
  }

  @Test
  void aSlowWatcherGetsTheLatestOfEachNode() throws Exception {
    Fleet fleet = new Fleet(one.control.work);
    for (int node = 0; node < 3; node++) {
      fleet.put(state("n" + node, 0));
    }
    var hold = new CountDownLatch(1);
    var told = new CopyOnWriteArrayList<String>();
    var watch =
        fleet.watch(state -> {
          told.add(state.getNode().getName() + " " + state.getActiveSessions());
          if (state.getActiveSessions() == 1) {
            try {
              hold.await();
            } catch (InterruptedException stopped) {
              Thread.currentThread().interrupt();
            }
          }
        });
    assertThat(told).as("before it returns").containsExactly("n0 0", "n1 0", "n2 0");
    fleet.put(state("n0", 1));
    one.control.until(() -> told.contains("n0 1"));
    for (int change = 2; change <= 1_000; change++) {
      fleet.put(state("n1", change));
      fleet.put(state("n0", change));
    }
    hold.countDown();
    one.control.until(() -> told.containsAll(List.of("n0 1000", "n1 1000")));
    assertThat(told).hasSize(6);
    watch.close();
    fleet.put(state("n2", 9));
    assertThat(told).hasSize(6);
  }

  private static NodeState state(String name, int sessions) {
    NodeState.Builder state = NodeState.newBuilder().setActiveSessions(sessions);
    state.getNodeBuilder().setName(name);
    return state.build();
  }

  /** One replica: its agents, and what the others may ask of it. */
  private final class Replica implements AutoCloseable {
    volatile boolean noChannel = true;
    final Asked operations = new Asked();
    private final String replica;
    final TestControl control;
    final Fleet whole;
    final Peers peers;

    Replica(String name) {
      replica = name;
      control = new TestControl(TestControl.SETTINGS, name, operations);
      operations.fleet = control.fleet;
      whole = new Fleet(control.work);
      peers =
          new Peers(
              name,
              store,
              control.fleet,
              whole,
              this::channel,
              Duration.ofHours(1),
              control.loop,
              control.loop,
              new Random(7));
      peers.start("127.0.0.1:" + control.port());
    }

    private ManagedChannel channel(PeerAddress address) {
      if (address.host().equals(NO_CHANNEL) && noChannel) {
        throw new IllegalStateException("no channel today");
      }
      String host = address.host().equals(NO_CHANNEL) ? "127.0.0.1" : address.host();
      return NettyChannelBuilder.forAddress(host, address.port())
          .usePlaintext()
          .intercept(TestCallers.as("replica:" + replica))
          .build();
    }

    NodeState node(String node, Predicate<NodeState> condition) {
      await()
          .atMost(Duration.ofSeconds(TestAgent.PATIENCE_SECONDS))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> whole.node(node, Fleet.Detail.SUMMARY).filter(condition).isPresent());
      return whole.node(node, Fleet.Detail.SUMMARY).orElseThrow();
    }

    @Override
    public void close() {
      peers.close();
      control.close();
    }
  }

  /** Answers as the operators' service does, for one call at a time. */
  private static final class Asked extends OperationsGrpc.OperationsImplBase {
    private volatile Fleet fleet;
    private volatile String refusal = "";
    private volatile boolean silent;
    private volatile StreamObserver<NodeEvent> asking;
    private volatile Fleet.Watch watch;

    void refuse(String reason) {
      refusal = reason;
      if (!reason.isEmpty()) {
        watch.close();
        asking.onError(Status.UNAVAILABLE.withDescription(reason).asException());
      }
    }

    @Override
    public void nodes(NodesRequest request, StreamObserver<NodeState> answers) {
      if (!(Caller.KEY.get() instanceof Caller.Replica)
          || !request.getOfThisReplica()
          || !request.getServices()) {
        answers.onError(Status.PERMISSION_DENIED.asException());
      } else if (!refusal.isEmpty()) {
        answers.onError(Status.UNAVAILABLE.withDescription(refusal).asException());
      } else if (!silent) {
        request
            .getNamesList()
            .forEach(name -> fleet.node(name, Fleet.Detail.SERVICES).ifPresent(answers::onNext));
        answers.onCompleted();
      }
    }

    @Override
    public void watchNodes(NodesRequest request, StreamObserver<NodeEvent> answers) {
      if (!(Caller.KEY.get() instanceof Caller.Replica) || !request.getOfThisReplica()) {
        answers.onError(Status.PERMISSION_DENIED.asException());
        return;
      }
      if (!refusal.isEmpty()) {
        answers.onError(Status.UNAVAILABLE.withDescription(refusal).asException());
        return;
      }
      asking = answers;
      watch =
          fleet.watch(state -> {
            synchronized (answers) {
              answers.onNext(NodeEvent.newBuilder().setState(state).build());
            }
          });
      synchronized (answers) {
        answers.onNext(NodeEvent.newBuilder().setComplete(true).build());
      }
    }
  }
}
