package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Caller;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.AgentMessage;
import io.sallyport.control.v1.ControlMessage;
import io.sallyport.control.v1.Leave;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.Report;
import io.sallyport.control.v1.ReportRequest;
import java.util.Objects;
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
 * the agent has and what it is to have now, and does the next step.
 */
final class AgentStream {
  private static final Logger log = LoggerFactory.getLogger(AgentStream.class);
  private static final long NEVER = Long.MAX_VALUE;

  /** gRPC's own name for when to try again. */
  static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private final ServerCall<AgentMessage, ByteString> call;
  private final Caller caller;
  private final Dispatch dispatch;
  private final Pace pace;
  private final long ageNanos;
  private long dueNanos;
  private Phase phase = Phase.GREETING;

  private NodeIdentity identity = NodeIdentity.UNKNOWN;
  private Standing standing;

  /** What the agent has, and the revision of what it was sent last. */
  private Held has = Held.NOTHING;

  private Revision sent = Revision.NONE;

  /** What the agent is being sent. */
  private @Nullable Snapshot aim;

  private @Nullable Transition way;
  private int part;
  private long nonce;
  private boolean unanswered;

  /** What the agent would not take as a whole; it is not sent again as long as nothing changes. */
  private @Nullable Snapshot declined;

  private boolean firstSync = true;
  private boolean behind;
  private @Nullable Leave leave;

  private enum Phase {
    GREETING,
    ATTACHED,
    ENDED
  }

  AgentStream(ServerCall<AgentMessage, ByteString> call, Caller caller, Dispatch dispatch) {
    this.call = call;
    this.caller = caller;
    this.dispatch = dispatch;
    long now = dispatch.now();
    this.pace = new Pace(dispatch.settings().messagesPerSecond(), now);
    this.standing = standing(Node.getDefaultInstance(), Revision.NONE);
    this.dueNanos = now + dispatch.settings().helloTimeout().toNanos();
    this.ageNanos = now + dispatch.jittered(dispatch.settings().maxAge());
  }

  Caller caller() {
    return caller;
  }

  String name() {
    return identity.name();
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
        has = welcome.held();
        sent = welcome.revision();
        standing = standing(welcome.node(), sent);
        dispatch.attached(this).ifPresent(standing::remark);
        publish();
        advance();
        if (!standing.accepted().equals(Revision.NONE)) {
          dispatch.askReport(this);
        }
        readOn();
      }
    }
  }

  private Standing standing(Node node, Revision accepted) {
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
    readOn();
  }

  /** Does the next step, if there is one now. */
  void advance() {
    if (phase != Phase.ATTACHED || unanswered) {
      return;
    }
    if (leave != null) {
      call.sendMessage(ControlMessage.newBuilder().setLeave(leave).build().toByteString());
      end(Status.OK, new Metadata());
      return;
    }
    if (way == null && !plan()) {
      dueNanos = NEVER;
      return;
    }
    if (firstSync) {
      switch (dispatch.admit(this)) {
        case ADMITTED -> {}
        case WAITS -> {
          return;
        }
        case REFUSED -> {
          sendAway(
              Status.RESOURCE_EXHAUSTED,
              "too many agents fetch their first snapshot; come again later",
              dispatch.hintMillis());
          return;
        }
      }
    }
    if (!call.isReady()) {
      // It does not read. A place among the first syncs is not held for that without end.
      if (dueNanos == NEVER) {
        dueNanos = dispatch.now() + dispatch.settings().answerTimeout().toNanos();
      }
      return;
    }
    dueNanos = NEVER;
    if (way != null || begin()) {
      sendPart();
    }
  }

  /** Whether there is something to send. */
  private boolean plan() {
    Optional<Targets> targets = dispatch.targets();
    if (targets.isEmpty()) {
      return false;
    }
    Optional<Snapshot> target = targets.get().of(identity, sent);
    if (target.isEmpty()) {
      stale(targets.get().newest().revision());
      return false;
    }
    Snapshot to = target.get();
    if (declined != null && to.same(declined)) {
      return false;
    }
    standing.meant(to.revision());
    if (has == to.held() && sent.equals(to.revision())) {
      level();
      return false;
    }
    aim = to;
    return true;
  }

  /** Finds the way; whether it has a step. */
  private boolean begin() {
    Snapshot to = Objects.requireNonNull(aim, "no aim");
    Transition next = dispatch.transitions().between(has, to);
    declined = null;
    Progress progress = standing.progress();
    progress.move(
        progress.held() == has ? next.origins() : Transitions.origins(progress.held(), to.held()),
        to.held());
    if (next.empty() && sent.equals(to.revision())) {
      has = to.held();
      level();
      return false;
    }
    way = next;
    part = 0;
    return true;
  }

  private void sendPart() {
    ByteString body = Objects.requireNonNull(way, "no way").parts().get(part);
    nonce++;
    part++;
    ByteString message = Wire.delta(nonce, body);
    call.sendMessage(message);
    dispatch.metrics().deltas.inc();
    dispatch.metrics().deltaBytes.inc(message.size());
    unanswered = true;
    dueNanos = dispatch.now() + dispatch.settings().answerTimeout().toNanos();
    sent = Objects.requireNonNull(aim, "no aim").revision();
    publish();
  }

  private void acknowledged(Ack ack) {
    boolean first = unanswered && ack.getNonce() == nonce;
    ack.getServicesList().forEach(standing.progress()::heard);
    dispatch
        .metrics()
        .rejections
        .inc(ack.getServicesList().stream().filter(service -> service.hasRejected()).count());
    Revision now = Revisions.of(ack.getRevision());
    if (first) {
      unanswered = false;
      dueNanos = NEVER;
      if (part == Objects.requireNonNull(way, "no way").parts().size()) {
        answered(Objects.requireNonNull(aim, "no aim"), now, ack);
      }
    } else if (declined != null && now.equals(declined.revision())) {
      // It thought better of it, or somebody confirmed on the node.
      answered(declined, now, ack);
    }
    settle();
    publish();
    advance();
  }

  /** The whole of a snapshot is answered. */
  private void answered(Snapshot snapshot, Revision now, Ack ack) {
    way = null;
    aim = null;
    if (now.equals(snapshot.revision())) {
      declined = null;
      has = snapshot.held();
      standing.accepted(now);
    } else {
      declined = snapshot;
      standing.declined(snapshot.revision(), ack);
    }
    level();
  }

  private void reported(Report report) {
    standing.reported(report, dispatch.millis());
    settle();
    compare(report);
    publish();
  }

  /** Anti-entropy: what the agent has must be what it is taken to have. */
  private void compare(Report report) {
    boolean comparable =
        way == null
            && declined == null
            && leave == null
            && !report.getSnapshotHash().isEmpty()
            && Revisions.of(report.getRevision()).equals(standing.accepted())
            && has.unreadable().isEmpty()
            && standing.progress().rejected() == 0;
    if (comparable && !report.getSnapshotHash().equals(has.hash())) {
      dispatch.metrics().mismatches.inc();
      standing.remark(
          "its snapshot of revision " + standing.accepted() + " has another hash than it should");
      log.atWarn()
          .addKeyValue("node", name())
          .addKeyValue("revision", standing.accepted())
          .log("the agent's snapshot has another hash than it should; it is sent to attach anew");
      leave(dispatch.hintMillis(), "the snapshot's hash differs");
    }
  }

  private void level() {
    if (firstSync) {
      firstSync = false;
      dispatch.left(this);
    }
    level(true);
    settle();
    publish();
  }

  private void level(boolean now) {
    if (behind == now) {
      behind = !now;
      if (now) {
        dispatch.caughtUp();
      }
    }
  }

  /**
   * There is something new; whether the agent has yet to take it, and counts as one that had to.
   */
  boolean lags() {
    advance();
    boolean lags = phase == Phase.ATTACHED && !firstSync && (aim != null || unanswered);
    if (lags && !behind) {
      behind = true;
      return true;
    }
    return false;
  }

  /** Ends it because of a fault of this control plane's. */
  void failed(RuntimeException fault) {
    if (phase == Phase.ENDED) {
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

  private void stale(Revision newest) {
    String remark =
        "has revision "
            + sent
            + ", newer than "
            + newest
            + " of this control plane, which must catch up, or whose store was restored without a"
            + " new epoch";
    if (standing.remark(remark)) {
      log.atWarn().addKeyValue("node", name()).log("the agent {}", remark);
      publish();
    }
  }

  private void settle() {
    if (way == null && declined == null) {
      standing.settle();
    }
  }

  private void publish() {
    if (phase == Phase.ATTACHED) {
      dispatch.publish(standing.record());
    }
  }

  void askReport() {
    if (phase == Phase.ATTACHED) {
      call.sendMessage(
          ControlMessage.newBuilder()
              .setReportRequest(ReportRequest.getDefaultInstance())
              .build()
              .toByteString());
    }
  }

  /** Reads the agent's next message, now or when it is due. */
  private void readOn() {
    if (phase == Phase.ENDED) {
      return;
    }
    long wait = pace.turn(dispatch.now());
    if (wait == 0) {
      call.request(1);
    } else {
      dispatch.metrics().slowed.inc();
      dispatch.later(
          wait,
          () -> {
            if (phase != Phase.ENDED) {
              call.request(1);
            }
          });
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
                (unanswered ? "Delta " + nonce + " was not answered in " : "it read nothing for ")
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
    call.sendMessage(
        ControlMessage.newBuilder()
            .setLeave(Leave.newBuilder().setAfterMillis(afterMillis).setReason(reason))
            .build()
            .toByteString());
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
    level(true);
    way = null;
    aim = null;
    declined = null;
    dispatch.ended(this, attached ? Optional.of(last.left(dispatch.millis())) : Optional.empty());
  }
}
