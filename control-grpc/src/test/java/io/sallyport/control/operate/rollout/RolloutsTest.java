package io.sallyport.control.operate.rollout;

import static io.sallyport.control.operate.TestServices.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.PlainAgent;
import io.sallyport.control.operate.TestPlane;
import io.sallyport.control.operate.client.OperationsClient;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.Change;
import io.sallyport.control.v1.OrderRolloutRequest;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Rollout;
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.RolloutStage;
import io.sallyport.control.v1.StartRolloutHead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollouts with a real store, real services and agents over real sockets. */
class RolloutsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final RolloutPlan BY_ZONE =
      RolloutPlan.newBuilder()
          .addStages(RolloutStage.newBuilder().addZones("z1"))
          .setQuietMillis(300)
          .setPatienceMillis(60_000)
          .build();

  @TempDir private Path directory;
  private final List<PlainAgent> agents = new ArrayList<>();
  private TestPlane plane;
  private Revision stable = Revision.NONE;

  @Test
  void nothingIsWatchedBeforeTheStart() throws Exception {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    try (TestPlane unstarted = new TestPlane(elsewhere, InstantSource.system(), TestPlane.FAST)) {
      var watched = new CopyOnWriteArrayList<String>();
      RolloutStore store = new RolloutStore(unstarted.store.keys(), () -> watched.add("told"));
      assertThat(watched).isEmpty();
      store.close();
      RolloutStore started = new RolloutStore(unstarted.store.keys(), () -> watched.add("told"));
      started.start();
      await().atMost(PATIENCE).until(() -> !watched.isEmpty());
      started.close();
    }
  }

  @BeforeEach
  void begin() {
    plane = new TestPlane(directory, InstantSource.system(), TestPlane.FAST);
    plane.rollouts.start();
    stable =
        plane.applied(
            resource("a", "127.20.0.1", "10.0.0.1"), resource("b", "127.20.0.2", "10.0.0.2"));
  }

  @AfterEach
  void end() {
    agents.forEach(PlainAgent::close);
    plane.close();
  }

  @Test
  void aChangeReachesOneStageAfterTheOtherAndThenAll() {
    PlainAgent first = agent("n1", "z1");
    PlainAgent second = agent("n2", "z2");
    first.dawdle();
    second.dawdle();
    List<Rollout> told = new CopyOnWriteArrayList<>();
    Revision target = start(BY_ZONE);
    OperationsClient vic = plane.client("viewer:vic");
    Thread watching = Thread.ofPlatform().daemon().start(() -> vic.watchRollout("", told::add));

    await().atMost(PATIENCE).until(() -> Revisions.of(first.revision()).equals(target));
    await().atMost(PATIENCE).until(() -> told.stream().anyMatch(one -> one.getStage() == 0));
    assertThat(Revisions.of(second.revision())).as("it is not its turn").isEqualTo(stable);
    first.serve();
    await().atMost(PATIENCE).until(() -> Revisions.of(second.revision()).equals(target));
    await().atMost(PATIENCE).until(() -> told.stream().anyMatch(one -> one.getStage() == 1));
    second.serve();
    await().atMost(PATIENCE).until(() -> !watching.isAlive());

    assertThat(told.getLast().getState()).isEqualTo(Rollout.State.STATE_COMPLETED);
    assertThat(told.getLast().getReason()).isEqualTo("every node has it");
    assertThat(told).extracting(Rollout::getStage).isSorted().contains(0, 1, 2);
    assertThat(plane.store.newest().join().release()).isEmpty();
    plane.untilAudited("r1 rollout.end " + told.getLast().getId() + " completed");
  }

  @Test
  void aRefusalRollsBackBeforeTheRestIsReached() {
    PlainAgent first = agent("n1", "z1");
    PlainAgent second = agent("n2", "z2");
    first.refuse("a");
    start(BY_ZONE);

    Rollout rollout = ended();
    assertThat(rollout.getState()).isEqualTo(Rollout.State.STATE_ROLLED_BACK);
    assertThat(rollout.getReason()).isEqualTo("1 node is in trouble");
    assertThat(rollout.getTroublesList())
        .containsExactly("node n1 refuses service a: its address is in use");
    OperationsClient vic = plane.client("viewer:vic");
    Change change = vic.history(Revision.NONE, 1).getFirst();
    assertThat(Revisions.of(change.getRolledBackTo())).isEqualTo(stable);
    assertThat(change.getAuthor()).isEqualTo("control-plane");
    assertThat(change.getComment())
        .isEqualTo("roll back of rollout " + rollout.getId() + ": 1 node is in trouble");
    assertThat(vic.diff(stable, Optional.empty()).getDifferencesList())
        .as("the content is the old one")
        .isEmpty();
    await()
        .atMost(PATIENCE)
        .until(() -> Revisions.of(second.revision()).equals(Revisions.of(change.getRevision())));
  }

  @Test
  void aReleaseWhoseRecordWasLostIsRolledBack() {
    String service = plane.store.head().newest().all().firstKey().service();
    io.sallyport.control.store.Change change =
        new io.sallyport.control.store.Change(
            stable,
            "ann",
            "",
            Map.of(),
            Set.of(ResourceKey.service(service), ResourceKey.endpoints(service)),
            Revision.NONE,
            false,
            new io.sallyport.control.store.Change.ReleaseChange.Begin(
                Release.newBuilder().setRollout("lost").build()));
    assertThat(plane.store.commit(change).join())
        .isInstanceOf(io.sallyport.control.store.Change.Outcome.Committed.class);

    await().atMost(PATIENCE).until(() -> plane.store.newest().join().release().isEmpty());
    OperationsClient vic = plane.client("viewer:vic");
    await()
        .atMost(PATIENCE)
        .until(() -> vic.rollout("lost").getState() == Rollout.State.STATE_ROLLED_BACK);
    assertThat(vic.rollout("lost").getReason()).contains("its record was lost before it began");
    assertThat(vic.diff(stable, Optional.empty()).getDifferencesList()).isEmpty();
  }

  @Test
  void failedSessionsThatRiseRollBack() {
    PlainAgent first = agent("n1", "z1");
    Revision target = start(BY_ZONE.toBuilder().setQuietMillis(120_000).build());
    await().atMost(PATIENCE).until(() -> Revisions.of(first.revision()).equals(target));
    first.fail(100);

    Rollout rollout = ended();
    assertThat(rollout.getState()).isEqualTo(Rollout.State.STATE_ROLLED_BACK);
    assertThat(rollout.getReason())
        .startsWith("failed sessions have risen to")
        .endsWith("per node and minute, from 0.0 before the stage");
  }

  @Test
  void aNodeThatLosesItsStreamRollsBack() {
    PlainAgent first = agent("n1", "z1");
    Revision target = start(BY_ZONE.toBuilder().setQuietMillis(120_000).build());
    await().atMost(PATIENCE).until(() -> Revisions.of(first.revision()).equals(target));
    await()
        .atMost(PATIENCE)
        .until(() ->
            plane.client("viewer:vic").rollout("").getReason().contains("nothing may go wrong"));
    first.close();

    Rollout rollout = ended();
    assertThat(rollout.getState()).isEqualTo(Rollout.State.STATE_ROLLED_BACK);
    assertThat(rollout.getTroublesList()).containsExactly("node n1 has lost its stream");
  }

  @Test
  void operatorsPauseResumeAndAbort() {
    agent("n1", "z1");
    start(BY_ZONE.toBuilder().setQuietMillis(120_000).build());
    OperationsClient ann = plane.client("editor:ann");
    await()
        .atMost(PATIENCE)
        .until(() -> ann.rollout("").getReason().contains("nothing may go wrong"));

    Rollout paused = ann.order("", OrderRolloutRequest.Order.ORDER_PAUSE);
    assertThat(paused.getState()).isEqualTo(Rollout.State.STATE_PAUSED);
    assertThat(paused.getReason()).isEqualTo("paused by ann");
    assertThatThrownBy(() -> ann.order("", OrderRolloutRequest.Order.ORDER_PAUSE))
        .hasMessageContaining(
            "rollout " + paused.getId() + " is paused: there is nothing to pause");
    assertThatThrownBy(
            () -> plane.client("viewer:vic").order("", OrderRolloutRequest.Order.ORDER_ABORT))
        .hasMessageContaining("it needs the role editor");
    assertThat(ann.order("", OrderRolloutRequest.Order.ORDER_RESUME).getState())
        .isEqualTo(Rollout.State.STATE_RUNNING);
    ann.order("", OrderRolloutRequest.Order.ORDER_ABORT);

    Rollout rollout = ended();
    assertThat(rollout.getState()).isEqualTo(Rollout.State.STATE_ABORTED);
    Change change = ann.history(Revision.NONE, 1).getFirst();
    assertThat(change.getAuthor()).isEqualTo("ann");
    assertThat(change.getComment()).endsWith("aborted by ann");
    plane.untilAudited("ann rollout.abort " + rollout.getId() + " done");
  }

  @Test
  void whoeverStartsAfterACrashGoesOn() {
    agent("n1", "z1");
    Revision target = start(BY_ZONE.toBuilder().setQuietMillis(3_000).build());
    await()
        .atMost(PATIENCE)
        .until(() ->
            plane.client("viewer:vic").rollout("").getReason().contains("nothing may go wrong"));
    // In this order: it must not see them go.
    plane.close();
    agents.forEach(PlainAgent::close);

    RolloutTimings patient =
        new RolloutTimings(TestPlane.FAST.tick(), TestPlane.FAST.window(), Duration.ofSeconds(60));
    plane = new TestPlane(directory, InstantSource.system(), patient);
    plane.rollouts.start();
    PlainAgent again = agent("n1", "z1");
    PlainAgent other = agent("n2", "z2");
    Rollout rollout = ended();

    assertThat(rollout.getState()).as(rollout.getReason()).isEqualTo(Rollout.State.STATE_COMPLETED);
    await().atMost(PATIENCE).until(() -> Revisions.of(other.revision()).equals(target));
    assertThat(Revisions.of(again.revision())).isEqualTo(target);
  }

  @Test
  void onlyTheReplicaWithTheSmallestNameLeads() {
    agent("n1", "z1");
    var other = plane.store.keys().present("replica/r0", com.google.protobuf.ByteString.EMPTY);
    await().atMost(PATIENCE).until(() -> !plane.store.keys().list("replica/").join().isEmpty());
    start(BY_ZONE);
    await()
        .during(Duration.ofMillis(500))
        .atMost(PATIENCE)
        .until(() ->
            plane
                .client("viewer:vic")
                .rollout("")
                .getReason()
                .equals("its change is being written"));
    other.close();

    assertThat(ended().getState()).isEqualTo(Rollout.State.STATE_COMPLETED);
  }

  private PlainAgent agent(String node, String zone) {
    PlainAgent agent = new PlainAgent(plane.port(), node, zone);
    agents.add(agent);
    await().atMost(PATIENCE).until(() -> !Revisions.of(agent.revision()).equals(Revision.NONE));
    return agent;
  }

  private Revision start(RolloutPlan plan) {
    List<Resource> services =
        List.of(resource("a", "127.20.0.1", "10.0.0.9"), resource("b", "127.20.0.2", "10.0.0.2"));
    ApplyReply reply =
        plane
            .client("editor:ann")
            .startRollout(
                StartRolloutHead.newBuilder()
                    .setChange(ApplyHead.newBuilder().setWhole(true))
                    .setPlan(plan)
                    .build(),
                services);
    assertThat(reply.getOutcome()).as("%s", reply).isEqualTo(ApplyReply.Outcome.OUTCOME_APPLIED);
    return Revisions.of(reply.getRevision());
  }

  private Rollout ended() {
    List<Rollout> told = new CopyOnWriteArrayList<>();
    OperationsClient vic = plane.client("viewer:vic");
    Thread watching = Thread.ofPlatform().daemon().start(() -> vic.watchRollout("", told::add));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(watching.isAlive())
                .as(() -> told + " and now " + vic.rollout("") + " of " + plane.fleet.nodes())
                .isFalse());
    return told.getLast();
  }
}
