package io.sallyport.control.operate;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Caller;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.Change;
import io.sallyport.control.store.Head;
import io.sallyport.control.v1.ApplyHead;
import io.sallyport.control.v1.ApplyReply;
import io.sallyport.control.v1.Difference;
import io.sallyport.control.v1.Problem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Changes the catalog, or says what would change. Any thread; nothing blocks. */
final class CatalogChanges {
  private static final int ATTEMPTS = 32;

  private final CatalogStore store;
  private final ChangePlanner planner;
  private final Executor executor;

  /**
   * Makes one.
   *
   * @param executor where catalogs are read and compared
   */
  CatalogChanges(CatalogStore store, ChangePlanner planner, Executor executor) {
    this.store = store;
    this.planner = planner;
    this.executor = executor;
  }

  /**
   * A change that somebody orders.
   *
   * @param desired what the catalog is to be
   * @param order the expected revision, the comment, and whether to do it at all
   * @param rolledBackTo the revision whose content this has; {@link Revision#NONE} when it is no
   *     rollback
   * @param release what it means for rollouts
   */
  record Ordered(
      Caller author,
      Desired desired,
      ApplyHead order,
      Revision rolledBackTo,
      Change.ReleaseChange release) {}

  /** Carries it out, unless it is a dry run. */
  CompletableFuture<ApplyReply> change(Ordered ordered) {
    return attempt(ordered, ATTEMPTS);
  }

  private CompletableFuture<ApplyReply> attempt(Ordered ordered, int left) {
    return store.newest().thenComposeAsync(head -> on(head, ordered, left), executor);
  }

  private CompletableFuture<ApplyReply> on(Head head, Ordered ordered, int left) {
    Resources now = head.newest();
    ApplyHead order = ordered.order();
    if (order.hasExpected() && !Revisions.of(order.getExpected()).equals(now.revision())) {
      return done(conflict(now.revision()));
    }
    if (head.release().isPresent()) {
      return done(inTheWay(now.revision(), head.release().get().plan().getRollout()));
    }
    return switch (planner.plan(now, ordered.desired())) {
      case ChangePlanner.Plan.Refused(List<Problem> problems) ->
          done(refused(now.revision(), problems));
      case ChangePlanner.Plan.Ready ready ->
          ready.differences().isEmpty()
              ? done(reply(ApplyReply.Outcome.OUTCOME_UNCHANGED, now.revision(), List.of()))
              : order.getDryRun()
                  ? done(
                      reply(
                          ApplyReply.Outcome.OUTCOME_WOULD_APPLY,
                          now.revision(),
                          ready.differences()))
                  : commit(now.revision(), ready, ordered, left);
    };
  }

  private CompletableFuture<ApplyReply> commit(
      Revision expected, ChangePlanner.Plan.Ready ready, Ordered ordered, int left) {
    ApplyHead order = ordered.order();
    Change change =
        new Change(
            expected,
            ordered.author().name(),
            order.getComment(),
            ready.writes(),
            ready.removals(),
            ordered.rolledBackTo(),
            order.getLargeRemovalConfirmed(),
            ordered.release());
    return store
        .commit(change)
        .thenCompose(outcome ->
            switch (outcome) {
              case Change.Outcome.Committed(Head head) ->
                  done(
                      reply(
                          ApplyReply.Outcome.OUTCOME_APPLIED,
                          head.newest().revision(),
                          ready.differences()));
              case Change.Outcome.Unchanged(Head head) ->
                  done(
                      reply(
                          ApplyReply.Outcome.OUTCOME_UNCHANGED,
                          head.newest().revision(),
                          List.of()));
              // Who expects nothing means whatever is newest, and somebody was faster.
              case Change.Outcome.Conflict(Revision newest) ->
                  order.hasExpected() || left <= 1
                      ? done(conflict(newest))
                      : attempt(ordered, left - 1);
              case Change.Outcome.RolloutInTheWay(Optional<String> rollout) ->
                  done(inTheWay(expected, rollout.orElse("")));
            });
  }

  private static CompletableFuture<ApplyReply> done(ApplyReply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  private static ApplyReply reply(
      ApplyReply.Outcome outcome, Revision revision, List<Difference> differences) {
    return ApplyReply.newBuilder()
        .setOutcome(outcome)
        .setRevision(Revisions.message(revision))
        .addAllDifferences(differences)
        .build();
  }

  private static ApplyReply conflict(Revision newest) {
    return reply(ApplyReply.Outcome.OUTCOME_CONFLICT, newest, List.of());
  }

  /** A refusal. */
  static ApplyReply refused(Revision newest, List<Problem> problems) {
    return reply(ApplyReply.Outcome.OUTCOME_REFUSED, newest, List.of()).toBuilder()
        .addAllProblems(problems)
        .build();
  }

  private static ApplyReply inTheWay(Revision newest, String rollout) {
    return refused(
        newest,
        List.of(
            Told.problem(
                "rollout-under-way",
                "",
                "rollout " + rollout + " is under way, and the catalog stays as it is until then",
                "wait for its end (sallyport rollout watch), or end it (sallyport rollout"
                    + " abort)")));
  }
}
