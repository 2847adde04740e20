package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.NodeState;
import io.sallyport.control.v1.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Agents that lie, flood, dawdle or come all at once; and streams that end. */
class HostileAgentTest {
  private final TestCatalog catalog = new TestCatalog();

  @Test
  void whoSaysItIsAnotherNodeIsRefused() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      TestAgent liar = control.agent("n1").hello("n2", "eu-1");
      String reason =
          "the certificate is that of node n1, the Hello's that of n2; use the certificate of the"
              + " node";
      assertThat(liar.ending().said()).isEqualTo("PERMISSION_DENIED: " + reason);
      assertThat(control.refusals).containsExactly("n1: " + reason);
      assertThat(control.fleet.nodes()).isEmpty();
      assertThat(control.metrics.counter("control_streams_refused_total").getCount()).isOne();

      assertThat(control.as("operator:alice").ending().said())
          .isEqualTo(
              "PERMISSION_DENIED: only agents attach, and alice is none; use a node's certificate");
      assertThat(control.as("replica:r2").ending().status().getCode())
          .isEqualTo(Status.Code.PERMISSION_DENIED);
      control.as("anyone:loopback").hello("n2", "eu-1").accept();
    }
  }

  @Test
  void theFirstMessageIsAHelloAndThereIsNoSecond() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      TestAgent silent = control.agent("n1");
      silent.send(AgentMessage.newBuilder().setAck(Ack.newBuilder().setNonce(1)).build());
      assertThat(silent.ending().said())
          .isEqualTo("INVALID_ARGUMENT: the first message is no Hello; send one");

      TestAgent twice = control.agent("n2").hello("n2", "eu-1");
      twice.accept();
      twice.hello("n2", "eu-1");
      assertThat(twice.ending().said())
          .isEqualTo("INVALID_ARGUMENT: there is a second Hello; send one, first");

      assertThat(control.as("anyone:x").hello("", "eu-1").ending().said())
          .isEqualTo("INVALID_ARGUMENT: the Hello names no node; set node.name");
    }
  }

  @Test
  void whoSaysNothingOrDoesNotAnswerIsEndedAfterATime() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      TestAgent mute = control.agent("n1");
      // Nothing tells when its stream is there; from then on it has ten seconds.
      control.until(() -> {
        control.loop.advance(Duration.ofSeconds(11));
        return mute.hasEnded();
      });
      assertThat(mute.ending().said()).isEqualTo("DEADLINE_EXCEEDED: no Hello came in 10 s");
      TestAgent deaf = control.agent("n2").hello("n2", "eu-1");
      deaf.delta();
      control.settle();
      control.loop.advance(Duration.ofSeconds(11));
      assertThat(deaf.hasEnded()).isFalse();
      control.loop.advance(Duration.ofSeconds(50));
      assertThat(deaf.ending().said())
          .isEqualTo("DEADLINE_EXCEEDED: Delta 1 was not answered in 60 s");
      assertThat(control.node("n2", state -> !state.getAttached()).getProblemsList()).isEmpty();
    }
  }

  @Test
  void aSlowReaderCostsOneDeltaAndHoldsUpNobody() {
    try (TestControl control = new TestControl(TestControl.settings(100, 8, 100, 64 << 10), "r1")) {
      control.head(catalog.services(500, "x".repeat(2_000)));
      TestAgent slow = control.keep(TestAgent.thatDoesNotRead(control.port(), "node:slow"));
      slow.hello("slow", "eu-1");
      control.node("slow", NodeState::hasMeant);
      TestAgent quick = control.agent("quick").hello("quick", "eu-1");
      while (!quick.accept().getSnapshotComplete()) {}
      control.node("quick", NodeState::hasAccepted);

      long before = control.metrics.counter("control_deltas_total").getCount();
      for (int change = 0; change < 20; change++) {
        control.head(catalog.endpoints("s0001", "10.0.2." + change));
        quick.accept();
      }
      // Its last answer is there: the last Delta is counted, and a minute may pass at once.
      control.node("quick", state -> Revisions.of(state.getAccepted()).equals(quick.revision));
      assertThat(control.metrics.counter("control_deltas_total").getCount() - before)
          .as("the slow one has one under way, and is sent no other")
          .isEqualTo(20);
      control.loop.advance(Duration.ofSeconds(61));
      control.node("slow", state -> !state.getAttached());
      assertThat(control.refusals).containsExactly("slow: Delta 1 was not answered in 60 s");
    }
  }

  @Test
  void aFloodOfMessagesIsReadAtItsPaceAndHoldsUpNobody() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      TestAgent flood = control.agent("n1").hello("n1", "eu-1");
      flood.accept();
      for (int message = 0; message < 1_000; message++) {
        flood.report(Report.newBuilder().setActiveSessions(message));
      }
      var slowed = control.metrics.counter("control_messages_slowed_total");
      control.until(() -> slowed.getCount() > 0);
      assertThat(control.node("n1", NodeState::getAttached).getActiveSessions()).isLessThan(110);
      TestAgent other = control.agent("n2").hello("n2", "eu-1");
      other.accept();
      control.node("n2", NodeState::hasAccepted);
      // A hundred a second, as the settings say.
      control.until(() -> {
        control.loop.advance(Duration.ofMillis(100));
        return control.fleet.node("n1", Fleet.Detail.SUMMARY).orElseThrow().getActiveSessions()
            == 999;
      });
      assertThat(control.loop.nanos()).isGreaterThan(Duration.ofSeconds(8).toNanos());
    }
  }

  @Test
  void aMessageThatIsTooLargeEndsTheStream() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      TestAgent agent = control.agent("n1").hello("n1", "eu-1");
      agent.accept();
      agent.report(Report.newBuilder().addWrong("x".repeat(1 << 20)));
      assertThat(agent.ending().said())
          .isEqualTo(
              "RESOURCE_EXHAUSTED: a message has 1048584 bytes, more than the 1048576 of"
                  + " message-bytes");
      TestAgent label = control.agent("n2").hello("n2", "x".repeat(40_000));
      assertThat(label.ending().said())
          .isEqualTo(
              "INVALID_ARGUMENT: the Hello's node has more than 32768 bytes; use fewer labels");
    }
  }

  @Test
  void longReportsAreKeptShort() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      TestAgent agent = control.agent("n1").hello("n1", "eu-1");
      agent.accept();
      Report.Builder report = Report.newBuilder();
      for (int sentence = 0; sentence < 100; sentence++) {
        report.addDrift(sentence + "x".repeat(1_000));
      }
      agent.report(report);
      NodeState node = control.node("n1", state -> state.getDriftCount() > 0);
      assertThat(node.getDriftList()).hasSize(33).contains("and 68 more");
      assertThat(node.getDrift(0)).hasSize(300).endsWith("…");
    }
  }

  @Test
  void aNodeThatSaysEverNewZonesIsRefused() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      for (int zone = 0; zone <= 5; zone++) {
        control.agent("n1").hello("n1", "z" + zone).delta();
      }
      assertThat(control.agent("n1").hello("n1", "z6").ending().said())
          .isEqualTo(
              "RESOURCE_EXHAUSTED: the node said other labels or another zone more than 5 times"
                  + " within a minute; do two agents run as this node? Configure them anew, and"
                  + " wait a minute");
      control.loop.advance(Duration.ofSeconds(61));
      control.agent("n1").hello("n1", "z6").accept();
    }
  }

  @Test
  void noMoreStreamsThanAreAllowed() {
    try (TestControl control = new TestControl(TestControl.settings(3, 8, 100, 1 << 20), "r1")) {
      control.head(catalog.with("a", ""));
      List<TestAgent> agents = new ArrayList<>();
      for (int agent = 0; agent < 3; agent++) {
        agents.add(control.agent("n" + agent).hello("n" + agent, "eu-1"));
        agents.getLast().accept();
      }
      TestAgent.Ending refused = control.agent("n3").hello("n3", "eu-1").ending();
      assertThat(refused.said())
          .isEqualTo(
              "RESOURCE_EXHAUSTED: 3 agents are attached, which is all that max-agents allows");
      assertThat(Long.parseLong(refused.trailers().get(AgentStream.PUSHBACK)))
          .isBetween(0L, 5_000L);
      agents.getFirst().close();
      control.node("n0", state -> !state.getAttached());
      control.agent("n3").hello("n3", "eu-1").accept();
    }
  }

  @Test
  void firstSyncsAreBoundedThenWaitThenAreSentAwayForATime() {
    try (TestControl control = new TestControl(TestControl.settings(100, 2, 3, 1 << 20), "r1")) {
      control.head(catalog.with("a", ""));
      List<TestAgent> agents = new ArrayList<>();
      for (int agent = 0; agent < 5; agent++) {
        agents.add(control.agent("n" + agent).hello("n" + agent, "eu-1"));
        control.node("n" + agent, NodeState::getAttached);
      }
      agents.get(0).delta();
      agents.get(1).delta();
      control.until(() -> control.gauge("control_first_syncs_waiting").equals(3));
      TestAgent past = control.agent("n5").hello("n5", "eu-1");
      ControlMessage leave = past.next();
      assertThat(leave.getLeave().getReason())
          .isEqualTo("too many agents fetch their first snapshot; come again later");
      assertThat(leave.getLeave().getAfterMillis()).isBetween(0L, 5_000L);
      TestAgent.Ending away = past.ending();
      assertThat(away.status().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(away.trailers().get(AgentStream.PUSHBACK))
          .isEqualTo(String.valueOf(leave.getLeave().getAfterMillis()));

      assertThat(agents.get(2).waiting()).isZero();
      agents.get(0).close();
      agents.get(2).accept();
      agents.get(3).accept();
      agents.get(4).accept();
      control.until(() -> control.gauge("control_first_syncs_waiting").equals(0));
    }
  }

  @Test
  void aSecondStreamOfANodeTakesThePlaceOfTheFirst() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      TestAgent first = control.agent("n1").hello("n1", "eu-1");
      first.accept();
      TestAgent second = control.agent("n1").hello("n1", "eu-2");
      second.accept();
      assertThat(first.ending().said())
          .isEqualTo("ABORTED: another stream of node n1 took its place");
      NodeState node = control.node("n1", NodeState::hasAccepted);
      assertThat(node.getAttached()).isTrue();
      assertThat(node.getNode().getLocality().getZone()).isEqualTo("eu-2");
      assertThat(control.gauge("control_agents_attached")).isEqualTo(1);

      TestAgent third = control.agent("n1").hello("n1", "eu-1");
      third.delta();
      assertThat(control.node("n1", state -> state.getProblemsCount() > 0).getProblemsList())
          .containsExactly("attached again and again: do two agents run as this node?");
    }
  }

  @Test
  void streamsEndAtAnAgeOfTheirOwn() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      List<TestAgent> agents = new ArrayList<>();
      for (int agent = 0; agent < 8; agent++) {
        agents.add(control.agent("n" + agent).hello("n" + agent, "eu-1"));
        agents.getLast().accept();
        control.node("n" + agent, NodeState::hasAccepted);
      }
      Set<Long> ends = new HashSet<>();
      for (int minute = 0; minute < 140; minute++) {
        control.loop.advance(Duration.ofMinutes(1));
      }
      for (TestAgent agent : agents) {
        assertThat(agent.next().getLeave().getReason())
            .isEqualTo("the stream is old enough; replicas share their agents anew");
        assertThat(agent.ending().status().isOk()).isTrue();
      }
      control
          .fleet
          .nodes()
          .forEach(node -> ends.add(TimeUnit.MILLISECONDS.toMinutes(node.getSinceMillis())));
      long start = TimeUnit.MILLISECONDS.toMinutes(control.loop.millis()) - 140;
      assertThat(ends).allSatisfy(end -> assertThat(end - start).isBetween(44L, 136L));
      assertThat(ends).as("not all at once").hasSizeGreaterThan(4);
    }
  }

  @Test
  void aStopSendsAgentsAwayOneByOneAndTakesNoOthers() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      List<TestAgent> agents = new ArrayList<>();
      for (int agent = 0; agent < 10; agent++) {
        agents.add(control.agent("n" + agent).hello("n" + agent, "eu-1"));
        agents.getLast().accept();
        control.node("n" + agent, NodeState::hasAccepted);
      }
      var gone = control.agents.leave(Duration.ofSeconds(10));
      control.settle();
      assertThat(control.agent("n99").ending().said())
          .isEqualTo("UNAVAILABLE: the control plane is stopping");
      control.loop.advance(Duration.ofSeconds(5));
      assertThat((Integer) control.gauge("control_agents_attached")).isBetween(1, 9);
      assertThat(gone).isNotDone();
      control.loop.advance(Duration.ofSeconds(5));
      assertThat(gone).succeedsWithin(Duration.ofSeconds(10));
      Set<Long> after = new HashSet<>();
      for (TestAgent agent : agents) {
        ControlMessage leave = agent.next();
        assertThat(leave.getLeave().getReason()).isEqualTo("the control plane is stopping");
        after.add(leave.getLeave().getAfterMillis());
        agent.ending();
      }
      assertThat(after).hasSizeGreaterThan(5).allMatch(millis -> millis < 10_000);
    }
  }

  @Test
  void theFirstChangeGoesOutAtOnceAndThoseBehindItTogether() {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", "0"));
      TestAgent agent = control.agent("n1").hello("n1", "eu-1");
      agent.accept();
      control.node("n1", NodeState::hasAccepted);
      control.loop.advance(Duration.ofSeconds(5));
      control.head(catalog.with("a", "1"));
      agent.accept();
      control.node("n1", state -> state.getAccepted().getNumber() == 2);
      control.head(catalog.with("a", "2"));
      control.head(catalog.with("a", "3"));
      assertThat(Revisions.of(control.node("n1", NodeState::hasMeant).getMeant()).number())
          .isEqualTo(2);
      control.loop.advance(Duration.ofMillis(49));
      assertThat(agent.waiting()).isZero();
      control.loop.advance(Duration.ofMillis(1));
      assertThat(agent.accept().getChangedServices(0).getService().getDefinition()).isEqualTo("3");
      control.head(catalog.with("a", "4"));
      control.head(catalog.endpoints("a", "10.0.0.8"));
      assertThat(agent.waiting()).as("a change of a service waits among them").isZero();
    }
  }
}
