package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.NodeState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Streams whose transport does what a real one does seldom. */
class AgentStreamTest {
  private final TestCatalog catalog = new TestCatalog();

  @Test
  void aStreamThatFailsHoldsUpNoOther() throws Exception {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      // Several, as nobody says in which order they are told.
      OddCall[] odd = new OddCall[8];
      for (int call = 0; call < odd.length; call++) {
        odd[call] = OddCall.attached(control, "odd" + call);
        odd[call].listener.onMessage(
            AgentMessage.newBuilder()
                .setAck(
                    Ack.newBuilder().setNonce(1).setRevision(Revisions.message(catalog.revision())))
                .build());
        control.node("odd" + call, NodeState::hasAccepted);
        control.settle();
        odd[call].failing = true;
      }
      TestAgent good = control.agent("good").hello("good", "eu-1");
      good.accept();
      control.node("good", NodeState::hasAccepted);

      control.change(catalog.with("b", ""));

      assertThat(good.accept().getChangedServices(0).getService().getName()).isEqualTo("b");
      for (int call = 0; call < odd.length; call++) {
        control.node("odd" + call, state -> !state.getAttached());
        assertThat(odd[call].ending).isEqualTo("INTERNAL: the control plane failed at this stream");
      }
      control.until(() -> control.gauge("control_agents_attached").equals(1));
    }
  }

  @Test
  void aStreamThatFailsAtWhatItsAgentSaysIsEnded() throws Exception {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      OddCall odd = OddCall.attached(control, "odd");
      odd.failing = true;
      odd.listener.onMessage(
          AgentMessage.newBuilder()
              .setAck(
                  Ack.newBuilder().setNonce(1).setRevision(Revisions.message(catalog.revision())))
              .build());

      control.node("odd", state -> !state.getAttached());

      assertThat(odd.ending).isEqualTo("INTERNAL: the control plane failed at this stream");
    }
  }

  @Test
  void aStreamThatCannotBeClosedDoesNotKeepItsNodeFromComingAgain() throws Exception {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      OddCall old = OddCall.attached(control, "n1");
      old.stuck = true;

      OddCall anew = OddCall.attached(control, "n1");

      assertThat(anew.ending).isNull();
      assertThat(anew.sent).hasSize(1);
      assertThat(control.gauge("control_agents_attached")).isEqualTo(1);
    }
  }

  @Test
  void whoReadsNothingLosesItsPlaceAmongTheFirstSyncs() throws Exception {
    try (TestControl control = new TestControl(TestControl.settings(100, 1, 100, 1 << 20), "r1")) {
      control.head(catalog.with("a", ""));
      OddCall deaf = OddCall.attached(control, "deaf", false);
      TestAgent next = control.agent("next").hello("next", "eu-1");
      control.until(() -> control.gauge("control_first_syncs_waiting").equals(1));
      control.loop.advance(Duration.ofSeconds(59));
      assertThat(deaf.ending).isNull();

      control.loop.advance(Duration.ofSeconds(2));

      assertThat(deaf.ending).isEqualTo("DEADLINE_EXCEEDED: it read nothing for 60 s");
      next.accept();
    }
  }

  @Test
  void whoReadsAgainInTimeGoesOn() throws Exception {
    try (TestControl control = new TestControl()) {
      control.head(catalog.with("a", ""));
      OddCall slow = OddCall.attached(control, "slow", false);
      control.loop.advance(Duration.ofSeconds(59));
      slow.ready = true;
      slow.listener.onReady();
      control.settle();
      assertThat(slow.sent).hasSize(1);
      control.loop.advance(Duration.ofSeconds(30));
      assertThat(slow.ending).isNull();
    }
  }
}
