package io.sallyport.control.operate.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.server.Fleet;
import io.sallyport.control.store.Head;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.v1.Locality;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Rejected;
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.RolloutStage;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.Step;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What counts against a rollout, and what does not. */
class FleetJudgeTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Revision STABLE = new Revision(1, 1);
  private static final Revision TARGET = new Revision(1, 2);
  private static final RolloutPlan PLAN =
      RolloutPlan.newBuilder()
          .addStages(RolloutStage.newBuilder().addZones("z1"))
          .addStages(RolloutStage.getDefaultInstance())
          .build();
  private static final Head HEAD =
      new Head(
          catalog(TARGET, "a", "b", "new"),
          Revision.NONE,
          Optional.of(
              new Head.RolloutUnderWay(
                  Release.newBuilder().setRollout("r").build(), catalog(STABLE, "a", "b"))));

  private final Fleet fleet = new Fleet(Runnable::run);
  private final FleetJudge judge = new FleetJudge(fleet, RolloutTimings.USUAL, T0);

  @Test
  void waitsForTheAttachedNodesOfTheStageOnly() {
    fleet.put(node("n1", "z1", TARGET).build());
    fleet.put(node("n2", "z1", STABLE).build());
    fleet.put(node("n3", "z2", STABLE).build());
    fleet.put(node("n4", "z1", STABLE).setAttached(false).build());

    Seen seen = see(Map.of(), 100);

    assertThat(seen.nodes()).isEqualTo(2);
    assertThat(seen.effective()).isEqualTo(1);
    assertThat(seen.late()).containsExactly("n2");
    assertThat(seen.troubles()).as("n4 was not there when it began").isEmpty();
  }

  @Test
  void aMemberThatIsAwayIsWaitedForUntilItCountsAsLost() {
    fleet.put(
        node("n1", "z1", TARGET)
            .setAttached(false)
            .setSinceMillis(T0.plusSeconds(10).toEpochMilli())
            .build());
    Map<String, StoredRollout.Member> members = Map.of("n1", member(), "n2", member());

    Seen soon = see(members, 89);
    assertThat(soon.nodes()).isEqualTo(2);
    assertThat(soon.effective()).isZero();
    assertThat(soon.troubled()).isZero();
    assertThat(see(members, 90).troubles())
        .as("nobody has seen n2 since the control plane started")
        .containsExactly("node n2 has lost its stream");
    Seen later = see(members, 100);
    assertThat(later.nodes()).isZero();
    assertThat(later.troubles())
        .containsExactly("node n1 has lost its stream", "node n2 has lost its stream");
  }

  @Test
  void onlyWhatThisRolloutBroughtAndIsRefusedCounts() {
    fleet.put(node("n1", "z1", TARGET).addRejected(refusal("a", STABLE)).build());
    assertThat(see(Map.of("n1", member()), 1).troubled()).isZero();
    fleet.put(
        node("n1", "z1", TARGET)
            .addRejected(refusal("a", TARGET))
            .addRejected(refusal("b", TARGET))
            .build());
    Seen seen = see(Map.of("n1", member()), 1);
    assertThat(seen.troubled()).as("one node").isEqualTo(1);
    assertThat(seen.troubles())
        .containsExactly("node n1 refuses service a: in use", "node n1 refuses service b: in use");
  }

  @Test
  void whatServedBeforeAndDoesNotNowCountsOnceTheNodeIsThroughWithIt() {
    Map<String, StoredRollout.Member> members =
        Map.of("n1", new StoredRollout.Member(Set.of("b"), 1));
    NodeState.Builder state =
        node("n1", "z1", TARGET)
            .setServicesDeclared(3)
            .setServicesServing(0)
            .addServices(stuck("a"))
            .addServices(stuck("b"))
            .addServices(stuck("new"));
    fleet.put(state.setEffective(Revisions.message(STABLE)).build());
    assertThat(see(members, 1).troubles()).as("it is still at it").isEmpty();
    fleet.put(state.setEffective(Revisions.message(TARGET)).build());
    assertThat(see(members, 1).troubles())
        .as("b did not serve before, and new was not there")
        .containsExactly("node n1 no longer serves service a: no healthy endpoint");
  }

  @Test
  void ofANodeOfAnotherReplicaTheNumberCounts() {
    Map<String, StoredRollout.Member> members = Map.of("n1", new StoredRollout.Member(Set.of(), 1));
    NodeState.Builder state = node("n1", "z1", TARGET).setServicesDeclared(3);
    fleet.put(state.setServicesServing(1).build());
    assertThat(see(members, 1).troubles()).as("one before, and a new one").isEmpty();
    fleet.put(state.setServicesServing(0).addProblems("service a is stuck").build());
    assertThat(see(members, 1).troubles())
        .containsExactly("node n1 serves 2 services less than before: service a is stuck");
  }

  @Test
  void membersAreTheAttachedOnesWithWhatDoesNotServe() {
    fleet.put(
        node("n1", "z1", STABLE)
            .setServicesDeclared(2)
            .setServicesServing(1)
            .addServices(stuck("b"))
            .addServices(ServiceState.newBuilder().setService("a").setReached(Step.STEP_PUBLISH))
            .build());
    fleet.put(node("n2", "z1", STABLE).setAttached(false).build());
    fleet.put(node("n3", "z2", STABLE).build());
    judge.look(T0);
    assertThat(judge.members(rollout(Map.of("n9", member()))))
        .isEqualTo(Map.of("n1", new StoredRollout.Member(Set.of("b"), 1), "n9", member()));
  }

  @Test
  void whatIsUsualIsNotKnownBeforeTheFleetWasWatchedForTheWindow() {
    StoredRollout measuring = rollout(Map.of()).in(new RolloutState.Measuring(0, T0), T0);
    fleet.put(node("n1", "z1", STABLE).build());
    judge.look(T0);
    assertThat(judge.see(measuring, HEAD, T0.plusSeconds(59)).failing()).isEmpty();
    fleet.put(node("n1", "z1", STABLE).setFailedSessions(6).build());
    judge.look(T0.plusSeconds(60));
    assertThat(judge.see(measuring, HEAD, T0.plusSeconds(60)).failing()).hasValue(6);
  }

  private Seen see(Map<String, StoredRollout.Member> members, long seconds) {
    judge.look(T0.plusSeconds(seconds));
    return judge.see(rollout(members), HEAD, T0.plusSeconds(seconds));
  }

  private static StoredRollout rollout(Map<String, StoredRollout.Member> members) {
    return new StoredRollout(
        "r", STABLE, TARGET, PLAN, "ann", "", T0, T0, members, new RolloutState.Waiting(0, T0, 0));
  }

  private static StoredRollout.Member member() {
    return new StoredRollout.Member(Set.of(), 0);
  }

  private static NodeState.Builder node(String name, String zone, Revision effective) {
    return NodeState.newBuilder()
        .setNode(Node.newBuilder().setName(name).setLocality(Locality.newBuilder().setZone(zone)))
        .setAttached(true)
        .setEffective(Revisions.message(effective));
  }

  private static ServiceState stuck(String service) {
    return ServiceState.newBuilder()
        .setService(service)
        .setReached(Step.STEP_LISTEN)
        .addProblems(Problem.newBuilder().setMessage("no healthy endpoint"))
        .build();
  }

  private static ServiceAck refusal(String service, Revision version) {
    return ServiceAck.newBuilder()
        .setService(service)
        .setVersion(Revisions.message(version))
        .setRejected(Rejected.newBuilder().addProblems(Problem.newBuilder().setMessage("in use")))
        .build();
  }

  private static Resources catalog(Revision revision, String... services) {
    TreeMap<ResourceKey, Resource> all = new TreeMap<>();
    for (String service : services) {
      ResourceKey key = ResourceKey.service(service);
      all.put(key, new Resource(key, revision, ByteString.EMPTY));
    }
    return new Resources(revision, all);
  }
}
