package io.sallyport.control.operate.rollout;

import io.sallyport.control.store.KeyValueStore;
import io.sallyport.control.store.KeyValueStore.Condition;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Rollouts in the store, which are read again only when they may have changed. Any thread; nothing
 * blocks.
 */
final class RolloutStore implements AutoCloseable {
  static final String PREFIX = "rollout/";
  private static final int MOST_KEPT = 20;

  private final KeyValueStore keys;
  private final AtomicLong changes = new AtomicLong();
  private volatile Read read = new Read(-1, List.of());
  private final Runnable changed;
  private KeyValueStore.@Nullable Watch watch;

  /**
   * One in the store.
   *
   * @param version what a later write compares with
   */
  record Kept(StoredRollout rollout, long version) {}

  /** What was read when there had been so many changes. */
  private record Read(long changes, List<Kept> all) {}

  /**
   * Makes one that does not watch yet.
   *
   * @param changed called when rollouts may have changed; returns soon
   */
  RolloutStore(KeyValueStore keys, Runnable changed) {
    this.keys = keys;
    this.changed = changed;
  }

  /** Begins to watch the store; once. What others write before is not noticed. */
  synchronized void start() {
    watch =
        keys.watch(
            PREFIX,
            () -> {
              changes.incrementAndGet();
              changed.run();
            });
  }

  /** All that are kept, the oldest first. */
  CompletableFuture<List<Kept>> all() {
    long now = changes.get();
    Read before = read;
    if (before.changes() == now) {
      return CompletableFuture.completedFuture(before.all());
    }
    return keys.list(PREFIX)
        .thenApply(entries -> {
          List<Kept> all = entries.stream().map(RolloutStore::kept).toList();
          // What has changed meanwhile has been counted, so this is read again then.
          read = new Read(now, all);
          return all;
        });
  }

  /** The one with this id, or the newest one if it is empty; asks the store. */
  CompletableFuture<Optional<Kept>> find(String id) {
    return id.isEmpty()
        ? all().thenApply(all -> all.isEmpty() ? Optional.empty() : Optional.of(all.getLast()))
        : keys.get(PREFIX + id).thenApply(entry -> entry.map(RolloutStore::kept));
  }

  /**
   * Writes one.
   *
   * @param version what it must still have there; 0: it must not be there
   * @return whether it did
   */
  CompletableFuture<Boolean> put(StoredRollout rollout, long version) {
    String key = PREFIX + rollout.id();
    return commit(key, version, new Write.Put(key, RolloutCodec.content(rollout)));
  }

  /** Takes one away. */
  CompletableFuture<Boolean> delete(Kept kept) {
    String key = PREFIX + kept.rollout().id();
    return commit(key, kept.version(), new Write.Delete(key));
  }

  /** Takes away the oldest of those that have ended. */
  CompletableFuture<Void> prune() {
    return all()
        .thenCompose(all -> {
          CompletableFuture<?>[] deletes =
              all.stream()
                  .limit(Math.max(0, all.size() - MOST_KEPT))
                  .filter(kept -> kept.rollout().ended())
                  .map(this::delete)
                  .toArray(CompletableFuture[]::new);
          return CompletableFuture.allOf(deletes);
        });
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
    }
  }

  private CompletableFuture<Boolean> commit(String key, long version, Write write) {
    return keys.commit(new Transaction(List.of(new Condition(key, version)), List.of(write)))
        .thenApply(done -> {
          changes.incrementAndGet();
          return done;
        });
  }

  private static Kept kept(Entry entry) {
    return new Kept(RolloutCodec.of(entry.value()), entry.version());
  }
}
