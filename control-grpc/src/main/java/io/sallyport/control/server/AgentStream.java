package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.security.Caller;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.Leave;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.Report;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's stream. Only the loop touches it.
 *
 * <pre>
 *   GREETING ──Hello──► ATTACHED ──► ENDED
 *       └───────────────────────────────┘
 * </pre>
 *
 * <p>While attached it is either level (the agent has what it is to have), or waits for its
 * admission, or for the agent's answer to a Delta. Whatever happens, {@link #advance} looks at what
 * its {@link Exchange} has to do now, and does the next step.
 */
final class AgentStream {
  private static final Logger log = LoggerFactory.getLogger(AgentStream.class);
  private static final long NEVER = Long.MAX_VALUE;

  /** gRPC's own name for when to try again. */
  static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private final AgentCall call;
  private final Caller caller;
  private final Dispatch dispatch;
  private final long ageNanos;
  private long dueNanos;
  private Phase phase = Phase.GREETING;

  private NodeIdentity identity = NodeIdentity.UNKNOWN;
  private Standing standing;
  private Exchange exchange;
  private boolean firstSync = true;
  private boolean behind;
  private @Nullable Leave leave;

  private enum Phase {
    GREETING,
    ATTACHED,
    ENDED
  }

  AgentStream(ServerCall<AgentMessage, ByteString> call, Caller caller, Dispatch dispatch) {
    this.call = new AgentCall(call, dispatch, this::attempt);
    this.caller = caller;
    this.dispatch = dispatch;
    long now = dispatch.now();
    this.standing = standing(Node.getDefaultInstance(), Held.NOTHING, Revision.NONE);
    this.exchange = new Exchange(standing, Held.NOTHING, Revision.NONE, dispatch.transitions());
    this.dueNanos = now + dispatch.settings().helloTimeout().toNanos();
    this.ageNanos = now + dispatch.jittered(dispatch.settings().maxAge());
  }

  String name() {
    return identity.name();
  }

  NodeIdentity identity() {
    return identity;
  }

  /** The revision of what the agent was sent last, or came with. */
  Revision sent() {
    return exchange.sent();
  }

  boolean attached() {
    return phase == Phase.ATTACHED;
  }

  /** Its Hello came. */
  void greeted(Greeting greeting) {
    if (phase != Phase.GREETING) {
      refuse(Status.INVALID_ARGUMENT, "there is a second Hello; send one, first");
      return;
    }
    switch (greeting) {
      case Greeting.Refused(boolean impostor, String reason) ->
          refuse(impostor ? Status.PERMISSION_DENIED : Status.INVALID_ARGUMENT, reason);
      case Greeting.Welcome welcome -> {
        Optional<String> restless = dispatch.restless(welcome.identity());
        if (restless.isPresent()) {
          refuse(Status.RESOURCE_EXHAUSTED, restless.get());
          return;
        }
        phase = Phase.ATTACHED;
        dueNanos = NEVER;
        identity = welcome.identity();
        standing = standing(welcome.node(), welcome.held(), welcome.revision());
        exchange =
            new Exchange(standing, welcome.held(), welcome.revision(), dispatch.transitions());
        dispatch.attached(this).ifPresent(standing::remark);
        publish();
        dispatch.aim(this);
        if (!standing.accepted().equals(Revision.NONE)) {
          dispatch.askReport(this);
        }
        call.readOn();
      }
    }
  }

  private Standing standing(Node node, Held has, Revision accepted) {
    return new Standing(
        node, dispatch.replica(), dispatch.millis(), has, accepted, dispatch.compact());
  }

  /** Something else came. */
  void heard(AgentMessage message) {
    if (phase == Phase.GREETING) {
      refuse(Status.INVALID_ARGUMENT, "the first message is no Hello; send one");
      return;
    }
    if (phase == Phase.ENDED) {
      return;
    }
    switch (message.getMessageCase()) {
      case ACK -> acknowledged(message.getAck());
      case REPORT -> reported(message.getReport());
      case HELLO -> refuse(Status.INVALID_ARGUMENT, "there is a second Hello; send one, first");
      // Of later times.
      case MESSAGE_NOT_SET -> {}
    }
    call.readOn();
  }

  /** The agent is to have this. */
  void aim(Snapshot snapshot) {
    if (phase == Phase.ATTACHED) {
      exchange.aim(snapshot);
      advance();
    }
  }

  /** The agent has a newer revision than is known here. */
  void stale(Revision newest) {
    String remark =
        "has revision "
            + exchange.sent()
            + ", newer than "
            + newest
            + " of this control plane, which must catch up, or whose store was restored without a"
            + " new epoch";
    if (standing.remark(remark)) {
      log.atWarn().addKeyValue("node", name()).log("the agent {}", remark);
      publish();
    }
  }

  /** Does the next step, if there is one now. */
  void advance() {
    if (phase != Phase.ATTACHED || exchange.unanswered()) {
      return;
    }
    if (leave != null) {
      call.leave(leave);
      end(Status.OK, new Metadata());
      return;
    }
    switch (exchange.due()) {
      case NOTHING -> {
        dueNanos = NEVER;
        caughtUp();
      }
      case LEVEL -> {
        dueNanos = NEVER;
        level();
      }
      case DELTA -> {
        if (admitted() && reads()) {
          send();
        }
      }
    }
  }

  /** Whether it may be sent what it lacks, now. */
  private boolean admitted() {
    if (!firstSync) {
      return true;
    }
    return switch (dispatch.admit(this)) {
      case ADMITTED -> true;
      case WAITS -> false;
      case REFUSED -> {
        sendAway(
            Status.RESOURCE_EXHAUSTED,
            "too many agents fetch their first snapshot; come again later",
            dispatch.hintMillis());
        yield false;
      }
    };
  }

  /** Whether the agent reads; a place among the first syncs is not held for that without end. */
  private boolean reads() {
    boolean ready = call.ready();
    if (ready) {
      dueNanos = NEVER;
    } else if (dueNanos == NEVER) {
      dueNanos = dispatch.now() + dispatch.settings().answerTimeout().toNanos();
    }
    return ready;
  }

  private void send() {
    Optional<ByteString> delta = exchange.next();
    if (delta.isEmpty()) {
      level();
      return;
    }
    call.delta(delta.get());
    dueNanos = dispatch.now() + dispatch.settings().answerTimeout().toNanos();
    publish();
  }

  private void acknowledged(Ack ack) {
    Exchange.Answer answer = exchange.heard(ack);
    dispatch
        .metrics()
        .rejections
        .inc(ack.getServicesList().stream().filter(service -> service.hasRejected()).count());
    switch (answer) {
      case NEWS -> {}
      case PART -> dueNanos = NEVER;
      case WHOLE -> {
        dueNanos = NEVER;
        level();
      }
      case DECLINED -> level();
    }
    exchange.settle();
    publish();
    advance();
  }

  private void reported(Report report) {
    standing.reported(report, dispatch.millis());
    exchange.settle();
    if (leave == null && exchange.differs(report)) {
      dispatch.metrics().mismatches.inc();
      standing.remark(
          "its snapshot of revision " + standing.accepted() + " has another hash than it should");
      log.atWarn()
          .addKeyValue("node", name())
          .addKeyValue("revision", standing.accepted())
          .log("the agent's snapshot has another hash than it should; it is sent to attach anew");
      leave(dispatch.hintMillis(), "the snapshot's hash differs");
    }
    publish();
  }

  private void level() {
    if (firstSync) {
      firstSync = false;
      dispatch.left(this);
    }
    caughtUp();
    exchange.settle();
    publish();
  }

  private void caughtUp() {
    if (behind && !exchange.behind()) {
      behind = false;
      dispatch.caughtUp();
    }
  }

  /** Whether it has yet to take something new, and was not known to have to. */
  boolean lags() {
    boolean lags = phase == Phase.ATTACHED && !firstSync && exchange.behind();
    if (lags && !behind) {
      behind = true;
      return true;
    }
    return false;
  }

  /** Does something for this agent, a fault of which ends this stream and nothing else. */
  void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException fault) {
      failed(fault);
    }
  }

  /** Ends it because of a fault of this control plane's. */
  void failed(RuntimeException fault) {
    if (phase == Phase.ENDED) {
      log.atError()
          .setCause(fault)
          .addKeyValue("node", name())
          .log("something failed at the end of an agent's stream");
      return;
    }
    log.atError()
        .setCause(fault)
        .addKeyValue("node", name())
        .log("the agent's stream failed, and is ended; the agent attaches anew");
    try {
      call.close(
          Status.INTERNAL.withDescription("the control plane failed at this stream"),
          new Metadata());
    } catch (RuntimeException closed) {
      log.atDebug().setCause(closed).addKeyValue("node", name()).log("the call was closed already");
    }
    ended();
  }

  private void publish() {
    if (phase == Phase.ATTACHED) {
      dispatch.publish(standing.record());
    }
  }

  void askReport() {
    if (phase == Phase.ATTACHED) {
      call.askReport();
    }
  }

  /** Looks at the time. */
  void tick(long now) {
    if (phase == Phase.ENDED) {
      return;
    }
    if (now - dueNanos >= 0 && dueNanos != NEVER) {
      refuse(
          Status.DEADLINE_EXCEEDED,
          switch (phase) {
            case GREETING ->
                "no Hello came in " + dispatch.settings().helloTimeout().toSeconds() + " s";
            case ATTACHED, ENDED ->
                (exchange.unanswered()
                        ? "Delta " + exchange.nonce() + " was not answered in "
                        : "it read nothing for ")
                    + dispatch.settings().answerTimeout().toSeconds()
                    + " s";
          });
    } else if (now - ageNanos >= 0 && leave == null && phase == Phase.ATTACHED) {
      leave(dispatch.hintMillis(), "the stream is old enough; replicas share their agents anew");
    }
  }

  /** Ends it in good order, once what is under way is answered. */
  void leave(long afterMillis, String reason) {
    if (phase == Phase.GREETING) {
      sendAway(Status.UNAVAILABLE, reason, afterMillis);
      return;
    }
    leave = Leave.newBuilder().setAfterMillis(afterMillis).setReason(reason).build();
    advance();
  }

  /** Another stream of the same node has come. */
  void replaced() {
    end(
        Status.ABORTED.withDescription("another stream of node " + name() + " took its place"),
        new Metadata());
  }

  /** The agent will not say any more. */
  void halfClosed() {
    if (phase != Phase.ENDED) {
      end(Status.OK, new Metadata());
    }
  }

  /** The stream is gone. */
  void gone() {
    if (phase != Phase.ENDED) {
      ended();
    }
  }

  /** Ends it because of what the agent did. */
  void refuse(Status status, String reason) {
    if (phase == Phase.ENDED) {
      return;
    }
    dispatch.refused(caller, name(), reason);
    end(status.withDescription(reason), new Metadata());
  }

  /** Ends it, and says when to come again. */
  void sendAway(Status status, String reason, long afterMillis) {
    if (phase == Phase.ENDED) {
      return;
    }
    dispatch.metrics().refused.inc();
    call.leave(Leave.newBuilder().setAfterMillis(afterMillis).setReason(reason).build());
    Metadata hint = new Metadata();
    hint.put(PUSHBACK, String.valueOf(afterMillis));
    end(status.withDescription(reason), hint);
  }

  private void end(Status status, Metadata trailers) {
    call.close(status, trailers);
    ended();
  }

  private void ended() {
    boolean attached = phase == Phase.ATTACHED;
    NodeRecord last = standing.record();
    phase = Phase.ENDED;
    call.over();
    caughtUp();
    exchange.end();
    dispatch.ended(this, attached ? Optional.of(last.left(dispatch.millis())) : Optional.empty());
  }
}
