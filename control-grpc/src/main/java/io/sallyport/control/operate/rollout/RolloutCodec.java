package io.sallyport.control.operate.rollout;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.control.operate.rollout.RolloutState.Aborted;
import io.sallyport.control.operate.rollout.RolloutState.Beginning;
import io.sallyport.control.operate.rollout.RolloutState.Completed;
import io.sallyport.control.operate.rollout.RolloutState.Completing;
import io.sallyport.control.operate.rollout.RolloutState.Going;
import io.sallyport.control.operate.rollout.RolloutState.Halted;
import io.sallyport.control.operate.rollout.RolloutState.Measuring;
import io.sallyport.control.operate.rollout.RolloutState.Paused;
import io.sallyport.control.operate.rollout.RolloutState.Quiet;
import io.sallyport.control.operate.rollout.RolloutState.RolledBack;
import io.sallyport.control.operate.rollout.RolloutState.RollingBack;
import io.sallyport.control.operate.rollout.RolloutState.Waiting;
import io.sallyport.control.operate.rollout.StoredRollout.Member;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.StoreException;
import io.sallyport.control.store.v1.RolloutDocument;
import io.sallyport.control.store.v1.RolloutDocument.Phase;
import io.sallyport.control.store.v1.RolloutMember;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Rollouts as the documents that stand for them in the store, and back. Pure; any thread. */
final class RolloutCodec {
  private RolloutCodec() {}

  static ByteString content(StoredRollout rollout) {
    RolloutDocument.Builder document =
        RolloutDocument.newBuilder()
            .setId(rollout.id())
            .setFrom(Revisions.message(rollout.from()))
            .setTo(Revisions.message(rollout.to()))
            .setPlan(rollout.plan())
            .setAuthor(rollout.author())
            .setComment(rollout.comment())
            .setStartedMillis(rollout.started().toEpochMilli())
            .setChangedMillis(rollout.changed().toEpochMilli())
            .setStage(rollout.state().stage());
    members(rollout.members(), document);
    switch (rollout.state()) {
      case Beginning(Instant since) ->
          document.setPhase(Phase.PHASE_BEGINNING).setSinceMillis(since.toEpochMilli());
      case Going going -> going(going, document);
      case Paused(Going was, Instant since, String reason) -> {
        going(was, document);
        document.setPaused(true).setSinceMillis(since.toEpochMilli()).setReason(reason);
      }
      case Halted(Waiting was, String reason, List<String> troubles) -> {
        going(was, document);
        document.setPhase(Phase.PHASE_HALTED).setReason(reason).addAllTroubles(troubles);
      }
      case RollingBack(int stage, String reason, List<String> troubles, String by) ->
          document
              .setPhase(Phase.PHASE_ROLLING_BACK)
              .setReason(reason)
              .addAllTroubles(troubles)
              .setAbortedBy(by);
      case Completing completing -> document.setPhase(Phase.PHASE_COMPLETING);
      case Completed completed -> document.setPhase(Phase.PHASE_COMPLETED);
      case RolledBack(int stage, String reason, List<String> troubles) ->
          document.setPhase(Phase.PHASE_ROLLED_BACK).setReason(reason).addAllTroubles(troubles);
      case Aborted(int stage, String reason) ->
          document.setPhase(Phase.PHASE_ABORTED).setReason(reason);
    }
    return document.build().toByteString();
  }

  /**
   * Reads one.
   *
   * @throws StoreException when it is broken
   */
  static StoredRollout of(ByteString content) {
    try {
      RolloutDocument document = RolloutDocument.parseFrom(content);
      return new StoredRollout(
          document.getId(),
          Revisions.of(document.getFrom()),
          Revisions.of(document.getTo()),
          document.getPlan(),
          document.getAuthor(),
          document.getComment(),
          Instant.ofEpochMilli(document.getStartedMillis()),
          Instant.ofEpochMilli(document.getChangedMillis()),
          members(document),
          state(document));
    } catch (InvalidProtocolBufferException broken) {
      throw new StoreException("what is stored of a rollout is broken", broken);
    }
  }

  private static void going(Going going, RolloutDocument.Builder document) {
    document.setSinceMillis(going.since().toEpochMilli());
    switch (going) {
      case Measuring measuring -> document.setPhase(Phase.PHASE_MEASURING);
      case Waiting waiting ->
          document.setPhase(Phase.PHASE_WAITING).setUsualFailedSessions(waiting.usual());
      case Quiet quiet ->
          document.setPhase(Phase.PHASE_QUIET).setUsualFailedSessions(quiet.usual());
    }
  }

  private static RolloutState state(RolloutDocument document) {
    int stage = document.getStage();
    Instant since = Instant.ofEpochMilli(document.getSinceMillis());
    String reason = document.getReason();
    double usual = document.getUsualFailedSessions();
    return switch (document.getPhase()) {
      case PHASE_BEGINNING -> new Beginning(since);
      case PHASE_MEASURING -> paused(document, new Measuring(stage, since));
      case PHASE_WAITING -> paused(document, new Waiting(stage, since, usual));
      case PHASE_QUIET -> paused(document, new Quiet(stage, since, usual));
      case PHASE_HALTED ->
          new Halted(new Waiting(stage, since, usual), reason, document.getTroublesList());
      case PHASE_ROLLING_BACK ->
          new RollingBack(stage, reason, document.getTroublesList(), document.getAbortedBy());
      case PHASE_COMPLETING -> new Completing(stage);
      case PHASE_COMPLETED -> new Completed(stage);
      case PHASE_ROLLED_BACK -> new RolledBack(stage, reason, document.getTroublesList());
      case PHASE_ABORTED -> new Aborted(stage, reason);
      case PHASE_UNSPECIFIED, UNRECOGNIZED ->
          throw new StoreException(
              "rollout " + document.getId() + " is in a phase that is not known here");
    };
  }

  private static RolloutState paused(RolloutDocument document, Going going) {
    return document.getPaused() ? new Paused(going, going.since(), document.getReason()) : going;
  }

  private static void members(Map<String, Member> members, RolloutDocument.Builder document) {
    Map<String, Integer> services = new LinkedHashMap<>();
    members.forEach((node, before) -> {
      RolloutMember.Builder member =
          RolloutMember.newBuilder().setNode(node).setIdle(before.idle());
      before
          .notServing()
          .forEach(service -> {
            Integer known = services.putIfAbsent(service, services.size());
            member.addNotServing(known == null ? services.size() - 1 : known);
          });
      document.addMembers(member);
    });
    document.addAllServices(services.keySet());
  }

  private static Map<String, Member> members(RolloutDocument document) {
    List<String> services = new ArrayList<>(document.getServicesList());
    Map<String, Member> members = new TreeMap<>();
    for (RolloutMember member : document.getMembersList()) {
      Set<String> notServing = new TreeSet<>();
      member.getNotServingList().forEach(service -> notServing.add(services.get(service)));
      members.put(member.getNode(), new Member(notServing, member.getIdle()));
    }
    return members;
  }
}
