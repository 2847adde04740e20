package io.sallyport.control.agent;

import io.sallyport.api.catalog.Revision;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.api.source.NodeEffect.ServiceEffect;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.Report;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * What a control plane was told of the effect, and what there is to tell it. Knows nothing of
 * connections and time; used by one thread.
 *
 * <pre>
 *   PENDING ──► STUCK ──► SERVING
 *      └──────────────────►┘
 * </pre>
 */
final class EffectWatch {
  private final Intake intake;
  private final Map<String, Revision> pending = new HashMap<>();
  private final Map<String, String> stuck = new HashMap<>();
  private final Map<String, ServiceState> reported = new HashMap<>();
  private List<String> drift = List.of();
  private List<String> wrong = List.of();
  private long failed;

  EffectWatch(Intake intake) {
    this.intake = intake;
  }

  /** What was accepted is to serve, and what was removed is awaited no more. */
  void taken(Verdict verdict) {
    verdict
        .accepted()
        .forEach((service, held) -> {
          pending.put(service, held.version());
          stuck.remove(service);
        });
    for (String service : verdict.removed()) {
      pending.remove(service);
      stuck.remove(service);
      reported.remove(service);
    }
  }

  /** A new stream begins: nothing was told on it. */
  void forget() {
    stuck.clear();
    reported.clear();
    drift = List.of();
    wrong = List.of();
    failed = 0;
  }

  /** Whether a service has not come to serve, and how soon that is worth a look. */
  Pending pending() {
    if (pending.isEmpty()) {
      return Pending.NONE;
    }
    return stuck.keySet().containsAll(pending.keySet()) ? Pending.STUCK : Pending.MOVING;
  }

  /** What is awaited. */
  enum Pending {
    /** Nothing. */
    NONE,
    /** Services that come up. */
    MOVING,
    /** Only services that have been tried and failed. */
    STUCK
  }

  /** What there is to acknowledge now. */
  List<ServiceAck> acknowledge(NodeEffect effect) {
    List<ServiceAck> acks = new ArrayList<>();
    if (!effect.revision().equals(intake.revision())) {
      return acks;
    }
    for (ServiceEffect service : effect.services()) {
      Revision awaited = pending.get(service.id());
      if (awaited == null) {
        continue;
      }
      Held held = intake.inForce().get(service.id());
      if (held == null || !held.version().equals(awaited)) {
        continue;
      }
      if (service.reached() == NodeEffect.Step.PUBLISH) {
        pending.remove(service.id());
        stuck.remove(service.id());
        acks.add(EffectWords.ack(service, held));
      } else if (service.stuck()) {
        String how = service.reached() + service.reason();
        if (!how.equals(stuck.put(service.id(), how))) {
          acks.add(EffectWords.ack(service, held));
        }
      }
    }
    return acks;
  }

  /**
   * A report of what has changed since the last one, or of all.
   *
   * @param sourceWrong what is wrong with the source itself
   */
  Report.Builder report(NodeEffect effect, boolean all, List<String> sourceWrong) {
    Report.Builder report =
        Report.newBuilder()
            .setRevision(Revisions.message(intake.revision()))
            .setSnapshotHash(intake.hash())
            .setComplete(all)
            .setActiveSessions(effect.activeSessions())
            .setTotalSessions(effect.totalSessions())
            .setFailedSessions(effect.failedSessions())
            .addAllDrift(effect.drift())
            .addAllWrong(sourceWrong)
            .addAllWrong(effect.wrong());
    boolean current = effect.revision().equals(intake.revision());
    for (ServiceEffect service : effect.services()) {
      Held held = intake.inForce().get(service.id());
      // What is being applied has no effect yet, and is not to be told by its old one's.
      if (held != null && (current || !pending.containsKey(service.id()))) {
        ServiceState state = EffectWords.state(service, held);
        ServiceState before = reported.put(service.id(), state);
        if (all || before == null || !quiet(state).equals(quiet(before))) {
          report.addServices(state);
        }
      }
    }
    return report;
  }

  /** Whether a report says something that the last one did not. */
  boolean news(Report.Builder report) {
    boolean news =
        report.getServicesCount() > 0
            || report.getFailedSessions() != failed
            || !new HashSet<>(report.getDriftList()).equals(new HashSet<>(drift))
            || !new HashSet<>(report.getWrongList()).equals(new HashSet<>(wrong));
    failed = report.getFailedSessions();
    drift = List.copyOf(report.getDriftList());
    wrong = List.copyOf(report.getWrongList());
    return news;
  }

  /** Sessions that come and go are no news by themselves. */
  private static ServiceState quiet(ServiceState state) {
    return state.toBuilder().clearSessions().build();
  }
}
