package io.sallyport.control.operate.rollout;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.operate.rollout.RolloutState.Beginning;
import io.sallyport.control.operate.rollout.RolloutState.Completing;
import io.sallyport.control.operate.rollout.RolloutState.Ended;
import io.sallyport.control.operate.rollout.RolloutState.Halted;
import io.sallyport.control.operate.rollout.RolloutState.Measuring;
import io.sallyport.control.operate.rollout.RolloutState.Paused;
import io.sallyport.control.operate.rollout.RolloutState.Quiet;
import io.sallyport.control.operate.rollout.RolloutState.RollingBack;
import io.sallyport.control.operate.rollout.RolloutState.Waiting;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.Change;
import io.sallyport.control.store.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Takes a rollout one step on. First the state that it goes into is written, with compare-and-set,
 * and then what that state asks for is done; all of that can be done twice without harm, so whoever
 * finds the rollout after a crash goes on from there. Nothing blocks.
 */
final class RolloutStep {
  private static final Duration BEGINS_WITHIN = Duration.ofMinutes(1);
  private static final String AUTHOR = "control-plane";

  private final CatalogStore catalog;
  private final RolloutStore store;
  private final FleetJudge judge;
  private final Executor executor;
  private final Consumer<StoredRollout> told;

  /**
   * Makes one.
   *
   * @param executor where the judge sees
   * @param told hears of each new state, once it is in the store
   */
  RolloutStep(
      CatalogStore catalog,
      RolloutStore store,
      FleetJudge judge,
      Executor executor,
      Consumer<StoredRollout> told) {
    this.catalog = catalog;
    this.store = store;
    this.judge = judge;
    this.executor = executor;
    this.told = told;
  }

  /** Whether there was anything to do. */
  CompletableFuture<Boolean> take(RolloutStore.Kept kept, Instant now) {
    return catalog.newest().thenComposeAsync(head -> on(kept, head, now), executor);
  }

  private CompletableFuture<Boolean> on(RolloutStore.Kept kept, Head head, Instant now) {
    StoredRollout rollout = kept.rollout();
    if (rollout.state() instanceof Beginning(Instant since)
        && !FleetJudge.underWay(rollout, head)) {
      // Whoever ordered it was refused, or crashed before its change was committed.
      return now.isBefore(since.plus(BEGINS_WITHIN))
          ? CompletableFuture.completedFuture(false)
          : store.delete(kept);
    }
    Seen seen = judge.see(rollout, head, now);
    RolloutState next = new RolloutRules(rollout.plan()).next(rollout.state(), seen, now);
    if (next.equals(rollout.state())) {
      return effect(rollout, head);
    }
    StoredRollout then = changed(rollout, next, head).in(next, now);
    return store
        .put(then, kept.version())
        .thenCompose(written -> {
          if (!written) {
            return CompletableFuture.completedFuture(true);
          }
          told.accept(then);
          return effect(then, head).thenApply(done -> true);
        });
  }

  private StoredRollout changed(StoredRollout rollout, RolloutState next, Head head) {
    if (rollout.state() instanceof Beginning && head.release().isPresent()) {
      var plan = head.release().get().plan();
      return rollout.bringing(Revisions.of(plan.getStable()), Revisions.of(plan.getTarget()));
    }
    return rollout.state() instanceof Measuring && next instanceof Waiting
        ? rollout.with(judge.members(rollout))
        : rollout;
  }

  /** Sees to it that the store's release is as the state says. */
  private CompletableFuture<Boolean> effect(StoredRollout rollout, Head head) {
    Optional<Head.RolloutUnderWay> release =
        head.release().filter(underWay -> FleetJudge.underWay(rollout, head));
    if (release.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    return switch (rollout.state()) {
      case Waiting waiting -> begun(rollout.id(), waiting.stage(), release.get());
      case Quiet quiet -> begun(rollout.id(), quiet.stage(), release.get());
      case Completing completing ->
          commit(
              new Change(
                  head.newest().revision(),
                  AUTHOR,
                  "",
                  Map.of(),
                  Set.of(),
                  Revision.NONE,
                  false,
                  new Change.ReleaseChange.End(rollout.id())));
      case RollingBack back -> commit(back(rollout, back, head, release.get().stable()));
      case Beginning beginning -> CompletableFuture.completedFuture(false);
      case Measuring measuring -> CompletableFuture.completedFuture(false);
      case Paused paused -> CompletableFuture.completedFuture(false);
      case Halted halted -> CompletableFuture.completedFuture(false);
      case Ended ended -> CompletableFuture.completedFuture(false);
    };
  }

  private CompletableFuture<Boolean> begun(String id, int stage, Head.RolloutUnderWay release) {
    return release.plan().getStages() > stage
        ? CompletableFuture.completedFuture(false)
        : catalog.advance(id, stage + 1);
  }

  /** What makes the stable catalog the newest one. */
  private static Change back(StoredRollout rollout, RollingBack back, Head head, Resources stable) {
    Map<ResourceKey, ByteString> writes = new HashMap<>();
    for (Resource resource : stable.all().values()) {
      Resource now = head.newest().all().get(resource.key());
      if (now == null || !now.content().equals(resource.content())) {
        writes.put(resource.key(), resource.content());
      }
    }
    Set<ResourceKey> removals = new HashSet<>(head.newest().all().keySet());
    removals.removeAll(stable.all().keySet());
    return new Change(
        head.newest().revision(),
        back.by().isEmpty() ? AUTHOR : back.by(),
        "roll back of rollout " + rollout.id() + ": " + back.reason(),
        writes,
        removals,
        stable.revision(),
        // Its own additions may go; what agents hold back from before it needs an operator's word.
        head.removalsConfirmedUpTo().compareTo(stable.revision()) >= 0 || !removals.isEmpty(),
        new Change.ReleaseChange.End(rollout.id()));
  }

  private CompletableFuture<Boolean> commit(Change change) {
    return catalog
        .commit(change)
        .thenApply(outcome ->
            switch (outcome) {
              case Change.Outcome.Committed committed -> true;
              case Change.Outcome.Unchanged unchanged -> true;
              // Somebody else did it, or it is done again with what is newest then.
              case Change.Outcome.Conflict conflict -> false;
              case Change.Outcome.RolloutInTheWay inTheWay -> false;
            });
  }
}
