package io.sallyport.control.operate;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Parser;
import io.grpc.stub.StreamObserver;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.rollout.RolloutPlans;
import io.sallyport.control.operate.rollout.Rollouts;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Caller;
import io.sallyport.control.security.Role;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.Change.ReleaseChange;
import io.sallyport.control.store.Head;
import io.sallyport.control.store.v1.Commit;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.ApplyRequest;
import io.sallyport.control.v1.Change;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.RollbackRequest;
import io.sallyport.control.v1.RolloutPlan;
import io.sallyport.control.v1.StartRolloutHead;
import io.sallyport.control.v1.StartRolloutRequest;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The calls that change the catalog: apply, roll back, and the beginning of a rollout. */
final class Orders {
  /** How a catalog that is to be applied comes. */
  static final Incoming.Reader<ApplyRequest, ApplyHead> SENT =
      new Incoming.Reader<ApplyRequest, ApplyHead>() {
        @Override
        public Descriptor type() {
          return ApplyRequest.getDescriptor();
        }

        @Override
        public Parser<ApplyRequest> parser() {
          return ApplyRequest.parser();
        }

        @Override
        public @Nullable ApplyHead head(ApplyRequest message) {
          return message.hasHead() ? message.getHead() : null;
        }

        @Override
        public io.sallyport.control.v1.@Nullable Resources resources(ApplyRequest message) {
          return message.hasResources() ? message.getResources() : null;
        }
      };

  private static final String APPLY = "catalog.apply";
  private static final String ROLLBACK = "catalog.rollback";
  private static final String START = "rollout.start";

  private final CatalogStore store;
  private final CatalogChanges changes;
  private final Rollouts rollouts;
  private final Gate gate;
  private final UnderWay underWay;
  private final Executor executor;

  Orders(
      CatalogStore store,
      CatalogChanges changes,
      Rollouts rollouts,
      Gate gate,
      UnderWay underWay,
      Executor executor) {
    this.store = store;
    this.changes = changes;
    this.rollouts = rollouts;
    this.gate = gate;
    this.underWay = underWay;
    this.executor = executor;
  }

  StreamObserver<ByteString> apply(StreamObserver<ApplyReply> observer) {
    Caller caller = Caller.KEY.get();
    UnderWay.Share share = Answers.kept(observer, underWay.sent());
    return new Incoming<>(
        SENT,
        head -> admit(caller, head, APPLY),
        (head, resources) -> Answers.send(observer, share, applied(caller, head, resources)),
        observer::onError,
        share);
  }

  StreamObserver<ByteString> startRollout(StreamObserver<ApplyReply> observer) {
    Caller caller = Caller.KEY.get();
    UnderWay.Share share = Answers.kept(observer, underWay.sent());
    return new Incoming<>(
        new Incoming.Reader<StartRolloutRequest, StartRolloutHead>() {
          @Override
          public Descriptor type() {
            return StartRolloutRequest.getDescriptor();
          }

          @Override
          public Parser<StartRolloutRequest> parser() {
            return StartRolloutRequest.parser();
          }

          @Override
          public @Nullable StartRolloutHead head(StartRolloutRequest message) {
            return message.hasHead() ? message.getHead() : null;
          }

          @Override
          public io.sallyport.control.v1.@Nullable Resources resources(
              StartRolloutRequest message) {
            return message.hasResources() ? message.getResources() : null;
          }
        },
        head -> admit(caller, head.getChange(), START),
        (head, resources) -> Answers.send(observer, share, started(caller, head, resources)),
        observer::onError,
        share);
  }

  void rollback(RollbackRequest request, StreamObserver<ApplyReply> observer) {
    ApplyHead.Builder head =
        ApplyHead.newBuilder()
            .setWhole(true)
            .setDryRun(request.getDryRun())
            .setLargeRemovalConfirmed(request.getLargeRemovalConfirmed());
    Revision to = Revisions.of(request.getTo());
    head.setComment(request.getComment().isEmpty() ? "roll back to " + to : request.getComment());
    if (request.hasExpected()) {
      head.setExpected(request.getExpected());
    }
    UnderWay.Share share = Answers.kept(observer, underWay.read());
    Answers.guarded(observer::onError, share, () -> rollback(to, head.build(), observer, share));
  }

  private void rollback(
      Revision to, ApplyHead head, StreamObserver<ApplyReply> observer, UnderWay.Share share) {
    Caller caller = admit(Caller.KEY.get(), head, ROLLBACK);
    share.guess(Weight.stored(store.head().newest()));
    Answers.send(
        observer,
        share,
        store
            .catalog(to)
            .thenComposeAsync(
                found ->
                    found.isPresent()
                        ? rolledBack(caller, to, head, found.get(), share)
                        : CompletableFuture.completedFuture(unknown(to)),
                executor)
            .thenApply(made -> told(caller, ROLLBACK, head, made)));
  }

  private CompletableFuture<ApplyReply> rolledBack(
      Caller caller, Revision to, ApplyHead head, Resources found, UnderWay.Share share) {
    share.atLeast(Weight.stored(found) + Weight.parsed(found, ResourceMessages.names(found)));
    return changes.change(
        new CatalogChanges.Ordered(caller, Desired.of(found), head, to, new ReleaseChange.None()));
  }

  /** A commit as operators see it. */
  static Change change(Commit commit) {
    Change.Builder change =
        Change.newBuilder()
            .setRevision(commit.getRevision())
            .setAuthor(commit.getAuthor())
            .setAtMillis(commit.getAtMillis())
            .setComment(commit.getComment())
            .addAllAdded(commit.getAddedList())
            .addAllChanged(commit.getChangedList())
            .addAllRemoved(commit.getRemovedList());
    if (!Revisions.of(commit.getRolledBackTo()).equals(Revision.NONE)) {
      change.setRolledBackTo(commit.getRolledBackTo());
    }
    return change.build();
  }

  /** That there is no such revision. */
  static String unknown(Revision revision, Head head) {
    return "there is no revision " + revision + "; the newest is " + head.newest().revision();
  }

  private Caller admit(@Nullable Caller caller, ApplyHead head, String action) {
    return gate.admit(caller, head.getDryRun() ? Role.VIEWER : Role.EDITOR, action, subject(head));
  }

  private CompletableFuture<ApplyReply> applied(
      Caller caller, ApplyHead head, List<Resource> resources) {
    return changes
        .change(ordered(caller, head, resources, new ReleaseChange.None()))
        .thenApply(reply -> told(caller, APPLY, head, reply));
  }

  private CompletableFuture<ApplyReply> started(
      Caller caller, StartRolloutHead start, List<Resource> resources) {
    ApplyHead head = start.getChange();
    RolloutPlan plan = start.getPlan();
    List<Problem> problems = RolloutPlans.problems(plan);
    if (!problems.isEmpty()) {
      return CompletableFuture.completedFuture(
          told(
              caller,
              START,
              head,
              CatalogChanges.refused(store.head().newest().revision(), problems)));
    }
    if (head.getDryRun()) {
      ReleaseChange begin = new ReleaseChange.Begin(Rollouts.release("", plan));
      return changes.change(ordered(caller, head, resources, begin));
    }
    return rollouts
        .begin(caller, plan, head.getComment())
        .thenCompose(begun ->
            changes
                .change(ordered(caller, head, resources, new ReleaseChange.Begin(begun.release())))
                .handle((reply, fault) -> begun(begun.id(), reply, fault))
                .thenCompose(reply -> reply))
        .thenApply(reply -> told(caller, START, head, reply));
  }

  /** A rollout whose change was not made is forgotten. */
  private CompletableFuture<ApplyReply> begun(
      String id, @Nullable ApplyReply reply, @Nullable Throwable fault) {
    if (reply != null && reply.getOutcome() == ApplyReply.Outcome.OUTCOME_APPLIED) {
      return CompletableFuture.completedFuture(reply.toBuilder().setRollout(id).build());
    }
    if (reply == null) {
      // Whether it was made is not known; whoever leads finds out.
      return CompletableFuture.failedFuture(Gate.failure(fault));
    }
    return rollouts.forget(id).thenApply(forgotten -> reply);
  }

  private static CatalogChanges.Ordered ordered(
      Caller caller, ApplyHead head, List<Resource> resources, ReleaseChange release) {
    Desired desired = Desired.sent(resources, head.getRemovedList(), head.getWhole());
    return new CatalogChanges.Ordered(caller, desired, head, Revision.NONE, release);
  }

  private ApplyReply unknown(Revision revision) {
    Head head = store.head();
    return CatalogChanges.refused(
        head.newest().revision(),
        List.of(
            Told.problem(
                "unknown-revision",
                "",
                unknown(revision, head),
                "see which there are: sallyport catalog history")));
  }

  /** Has it in the audit log, unless nothing was to be done anyway. */
  private ApplyReply told(Caller caller, String action, ApplyHead head, ApplyReply reply) {
    if (!head.getDryRun()) {
      String outcome =
          reply
              .getOutcome()
              .name()
              .substring("OUTCOME_".length())
              .toLowerCase(Locale.ROOT)
              .replace('_', '-');
      String why =
          reply.getProblemsCount() == 0
              ? ""
              : ": " + reply.getProblems(0).getPath() + " " + reply.getProblems(0).getMessage();
      gate.done(
          caller, action, subject(head), outcome + " " + Revisions.of(reply.getRevision()) + why);
    }
    return reply;
  }

  private static String subject(ApplyHead head) {
    return head.hasExpected() ? Revisions.of(head.getExpected()).toString() : "";
  }
}
