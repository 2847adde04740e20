package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.Report;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one agent has, what it is to have, and the Deltas that lead from the one to the other. Knows
 * of no stream and no time. Not thread-safe.
 *
 * <pre>
 *   LEVEL ──aim──► DUE ──next──► UNANSWERED ──Ack of all──► LEVEL, or DECLINED
 *                   ▲                │
 *                   ├──Ack of a part─┘
 *                   └──aim── DECLINED
 * </pre>
 *
 * <p>A snapshot is kept until it has been sent and answered, and no longer.
 */
final class Exchange {
  private final Standing standing;
  private final Transitions transitions;

  /** What the agent has, and the revision of what it was sent last. */
  private Held has;

  private Revision sent;

  /** What it is to have next; nothing when it was sent that. */
  private @Nullable Snapshot target;

  /** What it is being sent. */
  private @Nullable Snapshot aim;

  private @Nullable Transition way;
  private int part;
  private long nonce;
  private boolean unanswered;

  /** What the agent would not take as a whole; it is not sent again as long as nothing changes. */
  private @Nullable Snapshot declined;

  /**
   * An agent has attached.
   *
   * @param sent the revision that it says it has
   */
  Exchange(Standing standing, Held has, Revision sent, Transitions transitions) {
    this.standing = standing;
    this.has = has;
    this.sent = sent;
    this.transitions = transitions;
  }

  /** The revision of what it was sent last, or came with. */
  Revision sent() {
    return sent;
  }

  /** The last Delta's. */
  long nonce() {
    return nonce;
  }

  /** Whether a Delta waits for its answer. */
  boolean unanswered() {
    return unanswered;
  }

  /** Whether it has yet to be sent something, or to answer. */
  boolean behind() {
    return target != null || aim != null;
  }

  /** It is to have this, once all of what it is being sent is answered. */
  void aim(Snapshot to) {
    target = to;
  }

  /** What there is to do. */
  enum Due {
    NOTHING,
    /** Nothing either: it has come to have what it is to have. */
    LEVEL,
    DELTA
  }

  /** What there is to do while no Delta is unanswered. */
  Due due() {
    Snapshot to = target;
    if (way != null) {
      return Due.DELTA;
    }
    if (to == null) {
      return Due.NOTHING;
    }
    if (declined != null && to.same(declined)) {
      target = null;
      return Due.NOTHING;
    }
    standing.meant(to.revision());
    if (has == to.held() && sent.equals(to.revision())) {
      target = null;
      return Due.LEVEL;
    }
    return Due.DELTA;
  }

  /**
   * The next Delta, which is unanswered from now on.
   *
   * @return empty when nothing differs after all, and the agent is level
   */
  Optional<ByteString> next() {
    if (way == null && !begin()) {
      return Optional.empty();
    }
    ByteString body = Objects.requireNonNull(way, "no way").parts().get(part);
    nonce++;
    part++;
    unanswered = true;
    sent = Objects.requireNonNull(aim, "no aim").revision();
    return Optional.of(Wire.delta(nonce, body));
  }

  /** Finds the way; whether it has a step. */
  private boolean begin() {
    Snapshot to = Objects.requireNonNull(target, "no target");
    Transition next = transitions.between(has, to);
    target = null;
    declined = null;
    Progress progress = standing.progress();
    progress.move(
        progress.held() == has ? next.origins() : Transitions.origins(progress.held(), to.held()),
        to.held());
    if (next.empty() && sent.equals(to.revision())) {
      has = to.held();
      return false;
    }
    aim = to;
    way = next;
    part = 0;
    return true;
  }

  /** What an Ack was about. */
  enum Answer {
    /** Services, and no Delta that waits for its answer. */
    NEWS,
    /** The Delta that waited, and more are to come. */
    PART,
    /** The Delta that waited, the last one of its snapshot. */
    WHOLE,
    /** What had been declined: it thought better of it, or somebody confirmed on the node. */
    DECLINED
  }

  /** Takes an answer. */
  Answer heard(Ack ack) {
    ack.getServicesList().forEach(standing.progress()::heard);
    Revision now = Revisions.of(ack.getRevision());
    if (unanswered && ack.getNonce() == nonce) {
      unanswered = false;
      if (part < Objects.requireNonNull(way, "no way").parts().size()) {
        return Answer.PART;
      }
      Snapshot whole = Objects.requireNonNull(aim, "no aim");
      way = null;
      aim = null;
      answered(whole, now, ack);
      return Answer.WHOLE;
    }
    if (declined != null && now.equals(declined.revision())) {
      answered(declined, now, ack);
      return Answer.DECLINED;
    }
    return Answer.NEWS;
  }

  private void answered(Snapshot snapshot, Revision now, Ack ack) {
    if (now.equals(snapshot.revision())) {
      declined = null;
      has = snapshot.held();
      standing.accepted(now);
    } else {
      declined = snapshot;
      standing.declined(snapshot.revision(), ack);
    }
  }

  /** Lets what is accepted become effective, if nothing is under way. */
  void settle() {
    if (way == null && declined == null) {
      standing.settle();
    }
  }

  /** Anti-entropy: whether a report tells of another snapshot than the agent is taken to have. */
  boolean differs(Report report) {
    boolean comparable =
        way == null
            && declined == null
            && !report.getSnapshotHash().isEmpty()
            && Revisions.of(report.getRevision()).equals(standing.accepted())
            && has.unreadable().isEmpty()
            && standing.progress().rejected() == 0;
    return comparable && !report.getSnapshotHash().equals(has.hash());
  }

  /** Forgets what it was to have. */
  void end() {
    target = null;
    aim = null;
    way = null;
    declined = null;
  }
}
