package io.sallyport.control.server;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Ack;
import io.sallyport.control.v1.Node;
import io.sallyport.control.v1.Report;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How a node stands, as its agent says on its stream. Only the loop touches it. */
final class Standing {
  /** So many refused removals are told. */
  private static final int REMOVALS = 8;

  /** So many remarks are kept, the newest. */
  private static final int REMARKS = 4;

  private final Node node;
  private final String replica;
  private final long sinceMillis;
  private final Compact compact;
  private final Progress progress;
  private final List<String> remarks = new ArrayList<>(0);
  private NodeRecord.Vitals vitals = NodeRecord.Vitals.NONE;
  private Revision meant = Revision.NONE;
  private Revision accepted;
  private Revision effective = Revision.NONE;

  /**
   * An agent has attached.
   *
   * @param has what it has
   * @param accepted the revision of that
   */
  Standing(
      Node node, String replica, long sinceMillis, Held has, Revision accepted, Compact compact) {
    this.node = node;
    this.replica = replica;
    this.sinceMillis = sinceMillis;
    this.accepted = accepted;
    this.compact = compact;
    this.progress = new Progress(compact);
    progress.has(has);
  }

  Progress progress() {
    return progress;
  }

  Revision accepted() {
    return accepted;
  }

  /** It is meant to have this. */
  void meant(Revision revision) {
    meant = revision;
  }

  /** It has accepted this. */
  void accepted(Revision revision) {
    remarks.clear();
    accepted = revision;
  }

  /** It keeps what it has, and says why. */
  void declined(Revision revision, Ack ack) {
    remarks.clear();
    remarks.add(
        "keeps revision " + Revisions.of(ack.getRevision()) + ", and does not take " + revision);
    ack.getServicesList().stream()
        .filter(service -> service.hasRejected() && progress.held().place(service.getService()) < 0)
        .limit(REMOVALS)
        .map(service -> compact.ack(service, service.getService()))
        .forEach(service ->
            remarks.add(
                "the removal of service "
                    + service.getService()
                    + " is refused"
                    + NodeRecord.because(service.getRejected().getProblemsList())));
  }

  /** Something is to be told of it; whether that is news. */
  boolean remark(String remark) {
    if (remarks.contains(remark)) {
      return false;
    }
    if (remarks.size() == REMARKS) {
      remarks.removeFirst();
    }
    return remarks.add(remark);
  }

  /** It says how it is. */
  void reported(Report report, long nowMillis) {
    Set<String> named = new HashSet<>();
    report
        .getServicesList()
        .forEach(state -> {
          progress.heard(state);
          named.add(state.getService());
        });
    if (report.getComplete()) {
      progress.onlyNoted(named);
    }
    vitals =
        new NodeRecord.Vitals(
            nowMillis,
            report.getActiveSessions(),
            report.getFailedSessions(),
            compact.sentences(report.getDriftList()),
            compact.sentences(report.getWrongList()));
  }

  /** Nothing is under way: what it accepted is effective, if every service serves or cannot. */
  void settle() {
    if (progress.settled()) {
      effective = accepted;
    }
  }

  /** As it stands now. */
  NodeRecord record() {
    return new NodeRecord(
        node,
        replica,
        true,
        sinceMillis,
        meant,
        accepted,
        effective,
        progress.view(),
        vitals,
        List.copyOf(remarks));
  }
}
