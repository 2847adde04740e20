package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.security.Caller;
import io.sallyport.control.store.Head;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Locality;
import io.sallyport.control.v1.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fleets of which more nodes are selected differently than snapshots are remembered. */
class ManySelectionsTest {
  private static final int ZONES = 12;
  private static final int NODES = 3 * ZONES;
  private static final int REMEMBERED = 3;

  private final TestCatalog catalog = new TestCatalog();
  private final TestLoop loop = new TestLoop();
  private final AgentsMetrics metrics = new AgentsMetrics(new MetricRegistry());
  private final HeldPool pool = new HeldPool();
  private final Dispatch dispatch =
      new Dispatch(
          TestControl.settings(NODES, NODES, 0, 1 << 20),
          "r1",
          new Fleet(Runnable::run),
          (caller, why) -> {},
          metrics,
          loop,
          loop,
          loop,
          new Random(3));
  private final List<OddCall> calls = new ArrayList<>();
  private final List<AgentStream> streams = new ArrayList<>();

  @BeforeEach
  void attach() {
    catalog.with("everywhere", "");
    for (int zone = 0; zone < ZONES; zone++) {
      catalog.with("only-" + zone, "zone=z" + zone);
    }
    target(catalog.head());
    for (int node = 0; node < NODES; node++) {
      Caller caller = new Caller.Node("n" + node);
      OddCall call = new OddCall();
      AgentStream stream = new AgentStream(call, caller, dispatch);
      Hello hello =
          Hello.newBuilder()
              .setNode(
                  Node.newBuilder()
                      .setName("n" + node)
                      .setLocality(Locality.newBuilder().setZone("z" + node % ZONES)))
              .build();
      onLoop(() -> {
        dispatch.opened(stream);
        stream.greeted(Greeting.of(hello, caller, dispatch.compact(), pool));
      });
      calls.add(call);
      streams.add(stream);
    }
  }

  @AfterEach
  void end() {
    loop.shutdown();
  }

  @Test
  void aChangeCutsEachSnapshotOnceAndAnswersCutNone() {
    long before = metrics.cuts.getCount();
    assertThat(before).isLessThanOrEqualTo(NODES);
    allAnswer();
    assertThat(metrics.cuts.getCount()).as("an answer needs no snapshot").isEqualTo(before);

    target(catalog.endpoints("everywhere", "10.0.0.8"));

    assertThat(metrics.cuts.getCount() - before).isEqualTo(ZONES);
    assertThat(deltas()).allMatch(delta -> delta.getNonce() == 2);
    assertThat(deltas()).extracting(Delta::getSerializedSize).containsOnly(sizeOfOneEndpoint());
    allAnswer();
    assertThat(metrics.cuts.getCount() - before).isEqualTo(ZONES);
    assertThat(deltas()).as("nothing else was sent").allMatch(delta -> delta.getNonce() == 2);
  }

  @Test
  void whatComesWhileADeltaIsUnansweredIsCutOnceToo() {
    long before = metrics.cuts.getCount();
    target(catalog.endpoints("everywhere", "10.0.0.8"));
    target(catalog.endpoints("everywhere", "10.0.0.9"));
    assertThat(metrics.cuts.getCount() - before).isEqualTo(2 * ZONES);
    assertThat(deltas()).allMatch(delta -> delta.getNonce() == 1);

    allAnswer();

    assertThat(deltas())
        .allMatch(delta -> Revisions.of(delta.getRevision()).equals(catalog.revision()))
        .allMatch(delta -> delta.getNonce() == 2);
    allAnswer();
    assertThat(metrics.cuts.getCount() - before).isEqualTo(2 * ZONES);
  }

  @Test
  void whatSomebodyIsSentIsWrittenOnceHoweverManyOthersThereAre() {
    Transitions transitions = new Transitions(1 << 20);
    Snapshot to = selection().snapshot();
    List<Held> from = new ArrayList<>();
    List<Transition> used = new ArrayList<>();
    for (int way = 0; way < 100; way++) {
      from.add(new Held(new TreeMap<>(), Set.of()));
      used.add(transitions.between(from.getLast(), to));
    }
    for (int way = 0; way < 100; way++) {
      assertThat(transitions.between(from.get(way), to)).isSameAs(used.get(way));
    }
  }

  private int sizeOfOneEndpoint() {
    Delta first = deltas().getFirst();
    assertThat(first.getChangedServicesCount()).isZero();
    assertThat(first.getChangedEndpointsCount()).isOne();
    return first.getSerializedSize();
  }

  private Selection selection() {
    return targets(catalog.head()).of(streams.getFirst().identity(), Revision.NONE).orElseThrow();
  }

  private void target(Head head) {
    onLoop(() -> dispatch.retarget(targets(head)));
  }

  private Targets targets(Head head) {
    ServiceSelectors selectors = new ServiceSelectors(new ServiceCodec(TestCatalog.LANGUAGE));
    selectors.learn(List.of(head.newest()));
    Snapshots few = new Snapshots(REMEMBERED, 1_000_000, metrics.cuts);
    return new Targets(
        new CatalogView(head.newest(), false, selectors, pool, few), Optional.empty());
  }

  /** The last Delta of each. */
  private List<Delta> deltas() {
    return calls.stream().map(call -> delta(call)).toList();
  }

  private static Delta delta(OddCall call) {
    try {
      return ControlMessage.parseFrom(call.sent.getLast()).getDelta();
    } catch (InvalidProtocolBufferException broken) {
      throw new AssertionError(broken);
    }
  }

  private void allAnswer() {
    for (int node = 0; node < NODES; node++) {
      Delta delta = delta(calls.get(node));
      AgentStream stream = streams.get(node);
      AgentMessage ack =
          AgentMessage.newBuilder()
              .setAck(Ack.newBuilder().setNonce(delta.getNonce()).setRevision(delta.getRevision()))
              .build();
      onLoop(() -> stream.heard(ack));
    }
  }

  private void onLoop(Runnable task) {
    CompletableFuture.runAsync(task, loop).join();
  }
}
