package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.store.v1.Stage;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.EndpointState;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Report;
import io.sallyport.control.v1.ResourceName;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.Serving;
import io.sallyport.control.v1.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What agents get, and what is known of them. */
class AgentsServiceTest {
  private final TestControl control = new TestControl();
  private final TestCatalog catalog = new TestCatalog();

  @AfterEach
  void close() {
    control.close();
  }

  @Test
  void anAgentGetsWhatIsMeantForItsNode() {
    catalog.with("everywhere", "");
    catalog.with("here", "zone=eu-1");
    control.change(catalog.with("there", "zone=eu-2"));

    Delta delta = control.agent("n1").hello("n1", "eu-1").accept();

    assertThat(delta.getChangedServicesList())
        .extracting(changed -> changed.getService().getName())
        .containsExactly("everywhere", "here");
    assertThat(delta.getChangedEndpointsList())
        .extracting(changed -> changed.getEndpoints().getService())
        .containsExactly("everywhere", "here");
    assertThat(delta.getRemovedList()).isEmpty();
    assertThat(delta.getSnapshotComplete()).isTrue();
    assertThat(delta.getSnapshotHash().size()).isEqualTo(32);
    assertThat(Revisions.of(delta.getRevision())).isEqualTo(catalog.revision());
    NodeState node = control.node("n1", state -> state.hasAccepted());
    assertThat(node.getServicesDeclared()).isEqualTo(2);
    assertThat(node.getReplica()).isEqualTo("r1");
    assertThat(node.hasEffective()).as("nothing serves yet").isFalse();
  }

  @Test
  void anAgentThatComesBeforeTheCatalogWaitsForIt() {
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    control.node("n1", NodeState::getAttached);
    control.change(catalog.with("a", ""));
    assertThat(agent.accept().getChangedServicesCount()).isEqualTo(1);
  }

  @Test
  void aChangeOfOneEndpointCostsLessThanAKilobyteAndDoesNotSendTheService() {
    control.change(catalog.services(300, "a definition that is of some length, as they are"));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    agent.accept();
    control.node("n1", NodeState::hasAccepted);
    long before = agent.wireBytes();

    control.change(catalog.endpoints("s0007", "10.0.0.1", "10.0.0.2", "10.0.0.3"));
    Delta delta = agent.accept();

    assertThat(delta.getChangedServicesList()).isEmpty();
    assertThat(delta.getChangedEndpointsCount()).isEqualTo(1);
    assertThat(delta.getSnapshotComplete()).isTrue();
    assertThat(agent.wireBytes() - before).isLessThan(300);
  }

  @Test
  void whoComesBackWithWhatItHadIsSentNothing() {
    control.change(catalog.services(10, ""));
    TestAgent first = control.agent("n1").hello("n1", "eu-1");
    first.accept();
    control.node("n1", NodeState::hasAccepted);
    first.close();
    control.node("n1", state -> !state.getAttached());

    TestAgent again = control.agent("n1").having(first).hello("n1", "eu-1");
    assertThat(again.next().hasReportRequest()).as("and is asked how it is").isTrue();
    NodeState node = control.node("n1", NodeState::getAttached);
    assertThat(Revisions.of(node.getAccepted())).isEqualTo(catalog.revision());
    control.change(catalog.endpoints("s0001", "10.9.9.9"));
    Delta delta = again.accept();
    assertThat(delta.getNonce()).as("the first there was").isEqualTo(1);
    assertThat(delta.getChangedEndpointsCount()).isEqualTo(1);
  }

  @Test
  void whoComesBackLaterIsSentTheDifference() {
    control.change(catalog.services(10, ""));
    TestAgent first = control.agent("n1").hello("n1", "eu-1");
    first.accept();
    first.close();
    catalog.without("s0003");
    control.change(catalog.with("s0004", "new"));

    Delta delta = control.agent("n1").having(first).hello("n1", "eu-1").accept();
    assertThat(delta.getChangedServicesList())
        .extracting(changed -> changed.getService().getDefinition())
        .containsExactly("new");
    assertThat(delta.getRemovedList())
        .extracting(ResourceName::getService)
        .containsExactly("s0003");
  }

  @Test
  void whatIsRemovedIsNamedAndWhetherItIsMeantTold() {
    catalog.with("a", "");
    control.change(catalog.with("b", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    agent.accept();

    control.change(catalog.without("a"));
    Delta unconfirmed = agent.accept();
    assertThat(unconfirmed.getRemovedList())
        .containsExactly(
            ResourceName.newBuilder()
                .setKind(ResourceName.Kind.KIND_SERVICE)
                .setService("a")
                .build());
    assertThat(unconfirmed.getLargeRemovalConfirmed()).isFalse();

    catalog.without("b");
    control.change(catalog.confirm());
    control.loop.advance(Duration.ofSeconds(1));
    assertThat(agent.accept().getLargeRemovalConfirmed()).isTrue();
    assertThat(agent.versions).isEmpty();
  }

  @Test
  void aServiceThatIsNoLongerMeantForTheNodeIsRemovedThere() {
    control.change(catalog.with("a", "zone=eu-1"));
    TestAgent one = control.agent("n1").hello("n1", "eu-1");
    one.accept();
    control.change(catalog.with("a", "zone=eu-2"));
    assertThat(one.accept().getRemovedCount()).isEqualTo(1);
  }

  @Test
  void aRefusedServiceIsShownWithItsReasonAndTheOthersGoOn() {
    catalog.with("bad", "");
    control.change(catalog.with("good", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    Delta delta = agent.taken(agent.delta());

    ServiceAck.Builder bad = agent.about("bad");
    bad.getRejectedBuilder()
        .addProblems(
            Problem.newBuilder()
                .setCode("address-in-use")
                .setPath("address")
                .setMessage("127.0.0.9 is in use by eth0"));
    ServiceAck.Builder good = agent.about("good");
    good.getAcceptedBuilder();
    agent.ack(delta, bad, good);
    agent.ack(delta, agent.about("good").setServing(Serving.newBuilder()));

    NodeState node = control.node("n1", NodeState::hasEffective);
    assertThat(Revisions.of(node.getAccepted())).isEqualTo(catalog.revision());
    assertThat(node.getServicesServing()).isEqualTo(1);
    assertThat(node.getServicesDeclared()).isEqualTo(2);
    assertThat(node.getRejectedList())
        .extracting(ack -> ack.getRejected().getProblems(0).getCode())
        .containsExactly("address-in-use");
    assertThat(node.getProblemsList())
        .containsExactly("service bad is refused: address: 127.0.0.9 is in use by eth0");
    assertThat(control.metrics.counter("control_rejected_services_total").getCount()).isOne();

    control.change(catalog.with("other", ""));
    assertThat(agent.accept().getChangedServicesList())
        .as("what is refused is not sent again until it changes")
        .extracting(changed -> changed.getService().getName())
        .containsExactly("other");
  }

  @Test
  void aRevisionIsEffectiveOnceEveryServiceServesOrCannot() {
    catalog.with("a", "");
    control.change(catalog.with("b", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    Delta delta = agent.accept();
    agent.ack(delta, agent.about("a").setServing(Serving.newBuilder()));
    assertThat(control.node("n1", state -> state.getServicesServing() == 1).hasEffective())
        .isFalse();

    ServiceAck.Builder stuck = agent.about("b");
    stuck
        .getNotServingBuilder()
        .setStep(Step.STEP_LISTEN)
        .addProblems(Problem.newBuilder().setCode("port").setMessage("port 443 is taken"));
    agent.ack(delta, stuck);
    NodeState node = control.node("n1", NodeState::hasEffective);
    assertThat(node.getEffective()).isEqualTo(delta.getRevision());
    assertThat(node.getProblemsList())
        .containsExactly("service b does not serve, listening is not done: port 443 is taken");

    agent.serves(delta);
    assertThat(control.node("n1", state -> state.getServicesServing() == 2).getProblemsList())
        .isEmpty();

    control.change(catalog.endpoints("a", "10.0.0.9"));
    Delta next = agent.accept();
    NodeState between = control.node("n1", state -> state.getAccepted().equals(next.getRevision()));
    assertThat(between.getEffective()).as("a has yet to serve").isEqualTo(delta.getRevision());
    agent.serves(next);
    control.node("n1", state -> state.getEffective().equals(next.getRevision()));
  }

  @Test
  void anAnswerAboutOldContentDoesNotCountForTheNew() {
    control.change(catalog.with("a", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    Delta delta = agent.accept();
    ServiceAck.Builder old = agent.about("a").setServing(Serving.newBuilder());
    control.change(catalog.with("a", "other"));
    agent.accept();
    agent.ack(delta, old);
    agent.report(Report.newBuilder().setActiveSessions(3));
    NodeState node = control.node("n1", state -> state.getActiveSessions() == 3);
    assertThat(node.getServicesServing()).isZero();
    assertThat(node.hasEffective()).isFalse();
  }

  @Test
  void aRollbackIsANewRevisionWithOldContent() {
    control.change(catalog.with("a", "old"));
    Resources old = catalog.head().newest();
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    agent.accept();
    control.change(catalog.with("a", "new"));
    agent.accept();
    control.loop.advance(Duration.ofSeconds(1));
    control.change(catalog.back(old));
    control.loop.advance(Duration.ofSeconds(1));
    Delta back = agent.accept();
    assertThat(Revisions.of(back.getRevision())).isEqualTo(new Revision(1, 3));
    assertThat(back.getChangedServices(0).getService().getDefinition()).isEqualTo("old");
    assertThat(Revisions.of(back.getChangedServices(0).getVersion())).isEqualTo(new Revision(1, 3));
  }

  @Test
  void aRolloutReachesNodesStageByStage() {
    control.change(catalog.with("a", "old"));
    TestAgent canary = control.agent("n1").hello("n1", "eu-1");
    TestAgent other = control.agent("n2").hello("n2", "eu-2");
    canary.accept();
    other.accept();

    catalog.rollout(
        Release.newBuilder()
            .setRollout("x")
            .setStages(1)
            .addPlan(Stage.newBuilder().addZones("eu-1"))
            .addPlan(Stage.newBuilder().addNodes("n2"))
            .build());
    control.change(catalog.with("a", "new"));
    assertThat(canary.accept().getChangedServices(0).getService().getDefinition()).isEqualTo("new");
    control.node("n1", state -> state.getAccepted().getNumber() == 2);
    assertThat(control.node("n2", NodeState::hasMeant).getMeant().getNumber()).isEqualTo(1);

    canary.close();
    control.node("n1", state -> !state.getAttached());
    TestAgent moved = control.agent("n1").having(canary).hello("n1", "eu-3");
    assertThat(moved.next().hasReportRequest())
        .as("a node that was reached never goes back")
        .isTrue();

    control.change(catalog.stages(2));
    control.loop.advance(Duration.ofSeconds(1));
    assertThat(other.accept().getChangedServices(0).getService().getDefinition()).isEqualTo("new");
    TestAgent late = control.agent("n3").hello("n3", "eu-3");
    assertThat(late.accept().getRevision().getNumber()).isEqualTo(1);
    control.change(catalog.end());
    control.loop.advance(Duration.ofSeconds(1));
    assertThat(late.accept().getRevision().getNumber()).isEqualTo(2);
  }

  @Test
  void aLargeSnapshotComesInPartsOfWhichTheLastIsComplete() {
    AgentsSettings small = TestControl.settings(100, 8, 100, 16 << 10);
    try (TestControl parts = new TestControl(small, "r1")) {
      parts.head(catalog.services(200, "x".repeat(1_000)));
      TestAgent agent = parts.agent("n1").hello("n1", "eu-1");
      List<Delta> all = new ArrayList<>();
      do {
        all.add(agent.accept());
        assertThat(agent.waiting()).as("one is unanswered at a time").isLessThanOrEqualTo(1);
      } while (!all.getLast().getSnapshotComplete());
      assertThat(all).hasSizeBetween(13, 20);
      assertThat(all)
          .allSatisfy(
              delta -> assertThat(delta.getSerializedSize()).isLessThanOrEqualTo((16 << 10) + 100));
      assertThat(all.subList(0, all.size() - 1))
          .noneMatch(Delta::getSnapshotComplete)
          .allMatch(delta -> delta.getSnapshotHash().isEmpty());
      assertThat(agent.versions).hasSize(400);
      assertThat(agent.versions.keySet()).contains(ResourceKey.service("s0199"));
      parts.node("n1", state -> state.hasAccepted());
    }
  }

  @Test
  void changesWhileADeltaIsUnansweredComeTogether() {
    control.head(catalog.with("a", "1"));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    Delta first = agent.taken(agent.delta());
    for (int change = 0; change < 5; change++) {
      control.head(catalog.endpoints("a", "10.0.1." + change));
    }
    ServiceAck.Builder accepted = agent.about("a");
    accepted.getAcceptedBuilder();
    agent.ack(first, accepted);
    Delta merged = agent.accept();
    assertThat(merged.getNonce()).isEqualTo(first.getNonce() + 1);
    assertThat(merged.getRevision().getNumber()).isEqualTo(6);
    assertThat(merged.getChangedEndpoints(0).getEndpoints().getPorts(0).getEndpoints(0).getHost())
        .isEqualTo("10.0.1.4");
  }

  @Test
  void aServiceThatCannotBeReadHereStaysWhereItIs() {
    catalog.with("a", "");
    control.change(catalog.with("b", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    agent.accept();
    catalog.with("a", "broken by a newer version");
    control.change(catalog.endpoints("b", "10.0.0.7"));
    Delta delta = agent.accept();
    assertThat(delta.getRemovedList()).isEmpty();
    assertThat(delta.getChangedServicesList()).isEmpty();
    assertThat(delta.getChangedEndpointsCount()).isEqualTo(1);
    assertThat(delta.getSnapshotHash().isEmpty()).isTrue();

    control.change(catalog.without("a"));
    control.loop.advance(Duration.ofSeconds(1));
    assertThat(agent.accept().getRemovedList())
        .extracting(ResourceName::getService)
        .containsExactly("a");
  }

  @Test
  void anAgentMayDeclineADeltaAsAWholeAndIsNotAskedAgainUntilSomethingChanges() {
    catalog.with("a", "");
    control.change(catalog.with("b", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    agent.accept();
    Revision before = agent.revision;
    control.change(catalog.without("a"));
    Delta large = agent.delta();
    ServiceAck.Builder kept = ServiceAck.newBuilder().setService("a");
    kept.getRejectedBuilder().addProblems(Problem.newBuilder().setMessage("half of all would go"));
    agent.ack(large, kept);

    NodeState node = control.node("n1", state -> state.getProblemsCount() > 0);
    assertThat(node.getProblemsList())
        .containsExactly(
            "keeps revision 1.2, and does not take 1.3",
            "the removal of service a is refused: half of all would go");
    assertThat(Revisions.of(node.getAccepted())).isEqualTo(before);

    control.change(catalog.endpoints("b", "10.0.0.5"));
    Delta again = agent.accept();
    assertThat(again.getRemovedCount()).as("it is still to go").isEqualTo(1);
    assertThat(again.getNonce()).isEqualTo(large.getNonce() + 1);
    assertThat(control.node("n1", state -> state.getProblemsCount() == 0).getAccepted())
        .isEqualTo(again.getRevision());
  }

  @Test
  void anAgentWithANewerRevisionIsSentNothingAndItIsTold() {
    TestCatalog newer = new TestCatalog();
    control.change(newer.with("a", ""));
    TestAgent first = control.agent("n1").hello("n1", "eu-1");
    first.accept();
    first.revision = new Revision(1, 9);
    first.close();

    TestAgent agent = control.agent("n1").having(first).hello("n1", "eu-1");
    assertThat(control.node("n1", state -> state.getProblemsCount() > 0).getProblemsList())
        .containsExactly(
            "has revision 1.9, newer than 1.1 of this control plane, which must catch up, or whose"
                + " store was restored without a new epoch");
    assertThat(agent.next().hasReportRequest()).isTrue();
    assertThat(agent.waiting()).isZero();
  }

  @Test
  void reportsSayWhatServesAndWhatDoesNot() {
    catalog.with("a", "");
    control.change(catalog.with("b", ""));
    TestAgent first = control.agent("n1").hello("n1", "eu-1");
    first.accept();
    first.close();
    control.node("n1", state -> !state.getAttached());
    TestAgent agent = control.agent("n1").having(first).hello("n1", "eu-1");
    Report.Builder report =
        Report.newBuilder()
            .setRevision(Revisions.message(agent.revision))
            .setSnapshotHash(agent.hash())
            .setComplete(true)
            .setActiveSessions(7)
            .setFailedSessions(2)
            .addDrift("the hosts line of a is gone")
            .addWrong("the disk is full");
    report
        .addServicesBuilder()
        .setService("a")
        .setVersion(Revisions.message(agent.version("a")))
        .setReached(Step.STEP_PUBLISH)
        .addEndpointsBuilder()
        .setName("10.0.0.1")
        .setListen(443)
        .setHealth(EndpointState.Health.HEALTH_DOWN)
        .setLastCheck("refused");
    report
        .addServicesBuilder()
        .setService("b")
        .setVersion(Revisions.message(agent.version("b")))
        .setReached(Step.STEP_ADDRESS)
        .addProblems(Problem.newBuilder().setCode("port").setMessage("port 443 is taken"));
    agent.report(report);

    NodeState node = control.node("n1", state -> state.getReportedMillis() > 0);
    assertThat(node.getServicesServing()).isEqualTo(1);
    assertThat(node.getEndpointsUnhealthy()).isEqualTo(1);
    assertThat(node.getActiveSessions()).isEqualTo(7);
    assertThat(node.getFailedSessions()).isEqualTo(2);
    assertThat(node.getDriftList()).containsExactly("the hosts line of a is gone");
    assertThat(node.getProblemsList())
        .containsExactly(
            "service b does not serve, listening is not done: port 443 is taken",
            "the disk is full");
    assertThat(node.getEffective()).isEqualTo(node.getAccepted());
    assertThat(node.getServicesList()).isEmpty();
    assertThat(control.fleet.node("n1", Fleet.Detail.SERVICES).orElseThrow().getServicesList())
        .extracting(state -> state.getService() + " " + state.getReached())
        .containsExactly("a STEP_PUBLISH", "b STEP_ADDRESS");
  }

  @Test
  void anAgentWhoseHashDiffersIsSentToAttachAnew() {
    control.change(catalog.with("a", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    agent.accept();
    control.node("n1", NodeState::hasAccepted);
    agent.report(
        Report.newBuilder()
            .setRevision(Revisions.message(agent.revision))
            .setSnapshotHash(ByteString.copyFromUtf8("another")));
    ControlMessage leave = agent.next();
    assertThat(leave.getLeave().getReason()).isEqualTo("the snapshot's hash differs");
    assertThat(agent.ending().status().isOk()).isTrue();
    assertThat(control.metrics.counter("control_snapshot_mismatches_total").getCount()).isOne();
  }

  @Test
  void nodesThatLeftStayListedForATime() {
    control.change(catalog.with("a", ""));
    TestAgent agent = control.agent("n1").hello("n1", "eu-1");
    agent.accept();
    control.node("n1", NodeState::hasAccepted);
    control.loop.advance(Duration.ofSeconds(5));
    agent.close();
    NodeState left = control.node("n1", state -> !state.getAttached());
    assertThat(left.getSinceMillis()).isEqualTo(control.loop.millis());
    assertThat(left.getAccepted().getNumber()).isEqualTo(1);
    control.loop.advance(Duration.ofMinutes(59));
    assertThat(control.fleet.nodes()).hasSize(1);
    control.loop.advance(Duration.ofMinutes(2));
    assertThat(control.fleet.nodes()).isEmpty();
  }

  @Test
  void theTimeUntilAllHaveAcceptedIsMeasured() {
    control.head(catalog.with("a", ""));
    TestAgent one = control.agent("n1").hello("n1", "eu-1");
    TestAgent two = control.agent("n2").hello("n2", "eu-1");
    one.accept();
    two.accept();
    control.node("n1", NodeState::hasAccepted);
    control.node("n2", NodeState::hasAccepted);
    var spread = control.metrics.timer("control_spread_seconds");
    long before = spread.getCount();
    control.head(catalog.endpoints("a", "10.0.0.3"));
    one.accept();
    control.node("n1", state -> state.getAccepted().getNumber() == 2);
    control.loop.advance(Duration.ofMillis(250));
    assertThat(spread.getCount()).isEqualTo(before);
    two.accept();
    control.until(() -> spread.getCount() == before + 1);
    assertThat(spread.getSnapshot().getMax()).isEqualTo(Duration.ofMillis(250).toNanos());
  }
}
