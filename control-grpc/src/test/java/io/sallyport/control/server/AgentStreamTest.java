package io.sallyport.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Caller;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.Hello;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.NodeState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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
      assertThat(slow.sent).hasValue(1);
      control.loop.advance(Duration.ofSeconds(30));
      assertThat(slow.ending).isNull();
    }
  }

  /** A call whose transport does as it is told. */
  private static final class OddCall extends ServerCall<AgentMessage, ByteString> {
    private volatile boolean failing;
    private volatile boolean ready = true;
    private final AtomicInteger sent = new AtomicInteger();
    private volatile @Nullable String ending;
    private Listener<AgentMessage> listener;

    static OddCall attached(TestControl control, String node) throws Exception {
      return attached(control, node, true);
    }

    static OddCall attached(TestControl control, String node, boolean ready) throws Exception {
      OddCall call = new OddCall();
      call.ready = ready;
      @SuppressWarnings("unchecked") // The service has it for these messages.
      var method =
          (io.grpc.ServerMethodDefinition<AgentMessage, ByteString>)
              control.agents.bindService().getMethod(Wire.ATTACH.getFullMethodName());
      call.listener =
          Context.current()
              .withValue(Caller.KEY, new Caller.Node(node))
              .call(() -> method.getServerCallHandler().startCall(call, new Metadata()));
      call.listener.onMessage(
          AgentMessage.newBuilder()
              .setHello(Hello.newBuilder().setNode(Node.newBuilder().setName(node)))
              .build());
      control.node(node, NodeState::getAttached);
      control.settle();
      return call;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(ByteString message) {
      if (failing) {
        throw new IllegalStateException("the transport is odd");
      }
      sent.incrementAndGet();
    }

    @Override
    public boolean isReady() {
      if (failing) {
        throw new IllegalStateException("the transport is odd");
      }
      return ready;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      ending = status.getCode() + ": " + status.getDescription();
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<AgentMessage, ByteString> getMethodDescriptor() {
      return Wire.ATTACH;
    }
  }
}
