package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.Change.Outcome;
import io.sallyport.control.store.Change.ReleaseChange;
import io.sallyport.control.store.Head.RolloutUnderWay;
import io.sallyport.control.store.KeyValueStore.Condition;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import io.sallyport.control.store.v1.Commit;
import io.sallyport.control.store.v1.Release;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes commits. What a commit consists of goes first, under its hashes, where nobody sees it;
 * then one small transaction makes it the newest, if nothing happened meanwhile. Any thread.
 */
final class CatalogWriting {
  private static final int BATCH_BYTES = 1 << 20;

  private final KeyValueStore store;
  private final InstantSource clock;
  private final RandomGenerator random;

  CatalogWriting(KeyValueStore store, InstantSource clock, RandomGenerator random) {
    this.store = store;
    this.clock = clock;
    this.random = random;
  }

  /**
   * What became of one try.
   *
   * @param state the store as it was seen last
   * @param outcome empty: something happened meanwhile, and the change has to be tried anew
   */
  record Tried(CatalogState state, Optional<Outcome> outcome) {
    static Tried done(CatalogState state, Outcome outcome) {
      return new Tried(state, Optional.of(outcome));
    }

    static Tried anew(CatalogState state) {
      return new Tried(state, Optional.empty());
    }
  }

  /** Tries a change against a state that was just read. */
  CompletableFuture<Tried> tried(Change change, CatalogState state) {
    if (!change.expected().equals(state.revision())) {
      return now(Tried.done(state, new Outcome.Conflict(state.revision())));
    }
    Optional<String> rollout =
        state.head().release().map(RolloutUnderWay::plan).map(Release::getRollout);
    boolean fits =
        switch (change.release()) {
          case ReleaseChange.None() -> rollout.isEmpty();
          case ReleaseChange.Begin(Release release) -> rollout.isEmpty();
          case ReleaseChange.End(String ending) -> rollout.filter(ending::equals).isPresent();
        };
    if (!fits) {
      return now(Tried.done(state, new Outcome.RolloutInTheWay(rollout)));
    }
    Revision revision = next(state.revision());
    CatalogDraft draft = CatalogDraft.of(change, state, revision, header(change, state, revision));
    boolean confirms =
        change.largeRemovalConfirmed()
            && change.release() instanceof ReleaseChange.None
            && state.head().removalsConfirmedUpTo().compareTo(state.revision()) < 0;
    if (draft.changesNothing() && !confirms) {
      return unchanged(change, state);
    }
    List<Write> writes = new ArrayList<>();
    Optional<RolloutUnderWay> after = Optional.empty();
    switch (change.release()) {
      case ReleaseChange.None() -> {}
      case ReleaseChange.Begin(Release release) -> {
        Release begun =
            release.toBuilder()
                .setStable(Revisions.message(state.revision()))
                .setTarget(Revisions.message(revision))
                .build();
        writes.add(new Write.Put(CatalogKeys.RELEASE, begun.toByteString()));
        after = Optional.of(new RolloutUnderWay(begun, state.head().newest()));
      }
      case ReleaseChange.End(String ending) -> writes.add(new Write.Delete(CatalogKeys.RELEASE));
    }
    return write(draft, state, writes, after);
  }

  /** Goes on in a new epoch with what there is; a rollout under way ends where it is. */
  CompletableFuture<Tried> begunAnew(String author, String comment, CatalogState state) {
    Revision old = state.revision();
    if (old.equals(Revision.NONE)) {
      return now(Tried.done(state, new Outcome.Unchanged(state.head())));
    }
    Revision revision =
        new Revision(Math.max(old.epoch() + 1, clock.instant().getEpochSecond()), 1);
    Commit.Builder header =
        Commit.newBuilder()
            .setAuthor(author)
            .setComment(comment)
            .setAtMillis(clock.millis())
            .setAttempt(random.nextLong());
    List<Write> writes =
        state.releaseVersion() == 0 ? List.of() : List.of(new Write.Delete(CatalogKeys.RELEASE));
    return write(
        CatalogDraft.anew(state.head().newest(), revision, header),
        state,
        writes,
        Optional.empty());
  }

  /** A store that is new begins in an epoch of its own, above those of all before it. */
  private Revision next(Revision newest) {
    return newest.equals(Revision.NONE)
        ? new Revision(clock.instant().getEpochSecond(), 1)
        : newest.next();
  }

  private Commit.Builder header(Change change, CatalogState state, Revision revision) {
    return Commit.newBuilder()
        .setAuthor(change.author())
        .setComment(change.comment())
        .setAtMillis(clock.millis())
        .setAttempt(random.nextLong())
        .setRolledBackTo(Revisions.message(change.rolledBackTo()))
        .setLargeRemovalConfirmed(change.largeRemovalConfirmed())
        .setRemovalsConfirmedUpTo(
            Revisions.message(
                change.largeRemovalConfirmed() ? revision : state.head().removalsConfirmedUpTo()));
  }

  private CompletableFuture<Tried> unchanged(Change change, CatalogState state) {
    Head head =
        new Head(state.head().newest(), state.head().removalsConfirmedUpTo(), Optional.empty());
    if (!(change.release() instanceof ReleaseChange.End)) {
      return now(Tried.done(state, new Outcome.Unchanged(head)));
    }
    return store
        .commit(new Transaction(conditions(state), List.of(new Write.Delete(CatalogKeys.RELEASE))))
        .thenApply(done ->
            done
                ? Tried.done(
                    new CatalogState(head, state.buckets(), state.headVersion(), 0, 0),
                    new Outcome.Unchanged(head))
                : Tried.anew(state));
  }

  private CompletableFuture<Tried> write(
      CatalogDraft draft,
      CatalogState state,
      List<Write> alongside,
      Optional<RolloutUnderWay> release) {
    Revision revision = draft.resources().revision();
    ByteString commit = draft.commit().toByteString();
    List<Write> writes = new ArrayList<>(alongside);
    writes.add(
        new Write.Put(
            CatalogKeys.HEAD,
            io.sallyport.control.store.v1.Head.newBuilder()
                .setRevision(draft.commit().getRevision())
                .build()
                .toByteString()));
    writes.add(new Write.Put(CatalogKeys.commit(revision), commit));
    Head head =
        new Head(
            draft.resources(), Revisions.of(draft.commit().getRemovalsConfirmedUpTo()), release);
    CatalogState after =
        new CatalogState(head, draft.commit().getBucketsList(), 0, 0, state.pruneVersion());
    Tried committed = Tried.done(after, new Outcome.Committed(head));
    Transaction last;
    CompletableFuture<Void> before;
    try {
      last = new Transaction(conditions(state), writes);
      before = blobs(draft.blobs());
    } catch (IllegalArgumentException tooLarge) {
      return CompletableFuture.failedFuture(
          new StoreException(
              "the change is too large: " + tooLarge.getMessage() + "; make it in parts",
              tooLarge));
    }
    return before.thenCompose(written ->
        store
            .commit(last)
            .handle((done, failed) -> {
              if (failed == null && done) {
                return now(committed);
              }
              return settled(revision, commit, failed, committed, state);
            })
            .thenCompose(itself -> itself));
  }

  /** An answer can be lost, or be to a second sending; then the store itself is asked. */
  private CompletableFuture<Tried> settled(
      Revision revision,
      ByteString commit,
      @Nullable Throwable failed,
      Tried committed,
      CatalogState state) {
    return store
        .get(CatalogKeys.commit(revision))
        .handle((found, unanswered) -> {
          if (unanswered == null && found.isPresent()) {
            return found.get().value().equals(commit) ? now(committed) : now(Tried.anew(state));
          }
          if (unanswered == null && failed == null) {
            return now(Tried.anew(state));
          }
          return CompletableFuture.<Tried>failedFuture(
              new StoreException(
                  "it is not known whether the change was made, since the store did not answer;"
                      + " look at the history before making it again",
                  failed == null ? unanswered : failed));
        })
        .thenCompose(itself -> itself);
  }

  private CompletableFuture<Void> blobs(Map<String, ByteString> blobs) {
    List<CompletableFuture<Boolean>> batches = new ArrayList<>();
    List<Write> batch = new ArrayList<>();
    int bytes = 0;
    for (Map.Entry<String, ByteString> blob : blobs.entrySet()) {
      Write.Put put = new Write.Put(blob.getKey(), blob.getValue());
      if (batch.size() == KeyValueStore.AT_ONCE || bytes + put.bytes() > BATCH_BYTES) {
        if (!batch.isEmpty()) {
          batches.add(store.commit(new Transaction(List.of(), batch)));
        }
        batch.clear();
        bytes = 0;
      }
      batch.add(put);
      bytes += put.bytes();
    }
    if (!batch.isEmpty()) {
      batches.add(store.commit(new Transaction(List.of(), batch)));
    }
    return CompletableFuture.allOf(batches.toArray(CompletableFuture[]::new));
  }

  private static List<Condition> conditions(CatalogState state) {
    return List.of(
        new Condition(CatalogKeys.HEAD, state.headVersion()),
        new Condition(CatalogKeys.RELEASE, state.releaseVersion()),
        new Condition(CatalogKeys.PRUNE, state.pruneVersion()));
  }

  private static CompletableFuture<Tried> now(Tried tried) {
    return CompletableFuture.completedFuture(tried);
  }
}
