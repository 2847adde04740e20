package io.sallyport.control.store;

import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.store.Change.Outcome;
import io.sallyport.control.store.KeyValueStore.Condition;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import io.sallyport.control.store.v1.Commit;
import io.sallyport.control.store.v1.Release;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog and its history in a store, which others may change too.
 *
 * <p>The first catalog of a store has the revision {@code (seconds since 1970, 1)}: a store that
 * was lost and begins anew is therefore ahead of everything that agents have from the one before,
 * as long as the clock is not behind that one's beginning. A store that was restored from a backup
 * would hand out revisions again that agents know with other content; {@link #beginEpoch} goes on
 * in a new epoch instead.
 *
 * <p>Any thread; nothing blocks. Stages complete, and watchers are called, mostly on this object's
 * one thread. A stage that completes exceptionally does so with a {@link StoreException}.
 *
 * @since 0.1
 */
public final class CatalogStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogStore.class);
  private static final int TRIES = 10;
  private static final int PRUNE_EVERY = 64;
  private static final int RELOAD_MILLIS = 1000;

  private final KeyValueStore store;
  private final ScheduledThreadPoolExecutor executor;
  private final CatalogReading reading;
  private final CatalogWriting writing;
  private final CatalogPruning pruning;
  private final List<Consumer<Head>> watchers = new CopyOnWriteArrayList<>();
  private final List<KeyValueStore.Watch> watches = new ArrayList<>();
  private final AtomicBoolean reload = new AtomicBoolean();
  private final AtomicBoolean troubled = new AtomicBoolean();
  private volatile CatalogState state = CatalogState.NONE;
  // Guarded by this object's lock: everything that reads and publishes goes one after the other.
  private CompletableFuture<?> last = CompletableFuture.completedFuture(Optional.empty());
  private int commits;

  private CatalogStore(
      KeyValueStore store, InstantSource clock, RandomGenerator random, int historyKept) {
    this.store = store;
    executor =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().name("sallyport-catalog").daemon(true).unstarted(work));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    reading = new CatalogReading(store, executor);
    writing = new CatalogWriting(store, clock, random);
    pruning = new CatalogPruning(store, reading, executor, historyKept);
  }

  /**
   * Opens the catalog in a store, and follows it from then on.
   *
   * @param store stays open when the catalog is closed
   * @param random tells one's own commits from another's
   * @param historyKept how many commits stay readable, at least; older ones go now and then
   */
  public static CompletableFuture<CatalogStore> open(
      KeyValueStore store, InstantSource clock, RandomGenerator random, int historyKept) {
    if (historyKept < 1) {
      throw new IllegalArgumentException("a history of " + historyKept + " commits");
    }
    CatalogStore catalog = new CatalogStore(store, clock, random, historyKept);
    return catalog
        .newest()
        .handle((head, failed) -> {
          if (failed != null) {
            catalog.close();
            throw unwrapped(failed);
          }
          catalog.follow();
          return catalog;
        });
  }

  /** The store, for documents of rollouts and the presence of replicas. */
  public KeyValueStore keys() {
    return store;
  }

  /** The newest catalog that this process knows. Never blocks. */
  public Head head() {
    return state.head();
  }

  /** The newest catalog that there is. */
  public CompletableFuture<Head> newest() {
    return inTurn(() -> reading.newest(state).thenApply(this::published));
  }

  /** Makes a change. */
  public CompletableFuture<Outcome> commit(Change change) {
    return inTurn(() -> tried(TRIES, seen -> writing.tried(change, seen)));
  }

  /**
   * Goes on in a new epoch, in which every resource is new, with the content that there is; for a
   * store that was restored from a backup. A rollout under way ends where it is. An empty store
   * stays as it is.
   */
  public CompletableFuture<Head> beginEpoch(String author, String comment) {
    return inTurn(() -> tried(TRIES, seen -> writing.begunAnew(author, comment, seen)))
        .thenApply(outcome -> head());
  }

  private CompletableFuture<Outcome> tried(
      int tries, Function<CatalogState, CompletableFuture<CatalogWriting.Tried>> work) {
    return reading
        .newest(state)
        .thenComposeAsync(
            seen -> {
              published(seen);
              return work.apply(seen);
            },
            executor)
        .thenComposeAsync(
            tried -> {
              if (tried.outcome().isPresent()) {
                published(tried.state());
                if (tried.outcome().get() instanceof Outcome.Committed) {
                  pruneNowAndThen();
                }
                return CompletableFuture.completedFuture(tried.outcome().get());
              }
              return tries > 1
                  ? tried(tries - 1, work)
                  : CompletableFuture.failedFuture(
                      new StoreException(
                          "the store changes too fast to be changed; try again later"));
            },
            executor);
  }

  /** The catalog at a revision; empty when there is none, or none any more. */
  public CompletableFuture<Optional<Resources>> catalog(Revision revision) {
    return reading.catalog(revision, state);
  }

  /**
   * Commits, newest first.
   *
   * @param before only those before it; {@link Revision#NONE}: from the newest on
   * @param limit at most so many
   */
  public CompletableFuture<List<Commit>> history(Revision before, int limit) {
    return store
        .versions(CatalogKeys.COMMITS)
        .thenCompose(all -> {
          List<String> keys =
              new ArrayList<>(
                  before.equals(Revision.NONE)
                      ? all.keySet()
                      : all.headMap(CatalogKeys.commit(before)).keySet());
          Collections.reverse(keys);
          List<String> wanted = keys.subList(0, Math.min(limit, keys.size()));
          return store.get(wanted).thenApply(found -> commits(wanted, found));
        });
  }

  private static List<Commit> commits(List<String> wanted, Map<String, Entry> found) {
    List<Commit> commits = new ArrayList<>();
    for (String key : wanted) {
      Entry entry = found.get(key);
      // One that is missing was pruned this moment.
      if (entry != null) {
        commits.add(CatalogReading.commit(entry.value()));
      }
    }
    return commits;
  }

  /**
   * Lets more stages of a rollout begin.
   *
   * @param stages how many have begun then
   * @return whether that rollout is under way
   */
  public CompletableFuture<Boolean> advance(String rollout, int stages) {
    return inTurn(() -> advance(rollout, stages, TRIES));
  }

  private CompletableFuture<Boolean> advance(String rollout, int stages, int tries) {
    return store
        .get(CatalogKeys.RELEASE)
        .thenComposeAsync(
            found -> {
              Optional<Release> release = found.map(entry -> CatalogReading.release(entry.value()));
              if (release.map(Release::getRollout).filter(rollout::equals).isEmpty()) {
                return CompletableFuture.completedFuture(false);
              }
              Release advanced = release.get().toBuilder().setStages(stages).build();
              return store
                  .commit(
                      new Transaction(
                          List.of(new Condition(CatalogKeys.RELEASE, found.get().version())),
                          List.of(new Write.Put(CatalogKeys.RELEASE, advanced.toByteString()))))
                  .thenCompose(done -> {
                    if (done) {
                      return reading
                          .newest(state)
                          .thenApply(this::published)
                          .thenApply(head -> true);
                    }
                    return tries > 1
                        ? advance(rollout, stages, tries - 1)
                        : CompletableFuture.failedFuture(
                            new StoreException(
                                "the store changes too fast to be changed; try again later"));
                  });
            },
            executor);
  }

  /**
   * Takes away all but the newest commits, and what they alone referred to; happens by itself now
   * and then. Safe while others commit, prune and read.
   *
   * @return how many keys of the store went
   */
  public CompletableFuture<Integer> prune() {
    return pruning.prune();
  }

  private void pruneNowAndThen() {
    if (commits++ % PRUNE_EVERY == 0) {
      prune()
          .whenComplete((gone, failed) -> {
            if (failed != null) {
              LOG.atWarn().log("Old commits stay for now: {}", unwrapped(failed).getMessage());
            }
          });
    }
  }

  /**
   * Is told each new head, and the present one once now. Heads in quick succession may be merged
   * into the last of them.
   *
   * @param changed called by this object's thread; returns soon
   */
  public KeyValueStore.Watch watch(Consumer<Head> changed) {
    watchers.add(changed);
    executor.execute(() -> tell(changed, head()));
    return () -> watchers.remove(changed);
  }

  private void follow() {
    synchronized (this) {
      watches.add(store.watch(CatalogKeys.HEAD, this::changed));
      watches.add(store.watch(CatalogKeys.RELEASE, this::changed));
    }
  }

  private void changed() {
    if (reload.compareAndSet(false, true)) {
      inTurn(
              () -> {
                reload.set(false);
                return reading.newest(state).thenApply(this::published);
              })
          .whenComplete((head, failed) -> {
            if (failed == null) {
              troubled.set(false);
            } else {
              again(unwrapped(failed));
            }
          });
    }
  }

  private void again(RuntimeException failed) {
    if (executor.isShutdown()) {
      return;
    }
    if (troubled.compareAndSet(false, true)) {
      LOG.atWarn().log("The catalog cannot be read, and is tried again: {}", failed.getMessage());
    }
    executor.schedule(this::changed, RELOAD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Ends its watches; the store stays open. */
  @Override
  public void close() {
    synchronized (this) {
      watches.forEach(KeyValueStore.Watch::close);
      watches.clear();
    }
    executor.shutdown();
  }

  /** One after the other, so that what is published never goes back. */
  private synchronized <T> CompletableFuture<T> inTurn(Supplier<CompletableFuture<T>> work) {
    CompletableFuture<T> next =
        last.handle((done, failed) -> Optional.empty())
            .thenComposeAsync(go -> work.get(), executor);
    last = next;
    return next;
  }

  private Head published(CatalogState newest) {
    Head before = state.head();
    state = newest;
    if (!newest.head().equals(before)) {
      executor.execute(() -> watchers.forEach(watcher -> tell(watcher, head())));
    }
    return newest.head();
  }

  private static void tell(Consumer<Head> watcher, Head head) {
    try {
      watcher.accept(head);
    } catch (RuntimeException fault) {
      LOG.atError().setCause(fault).log("A watcher of the catalog failed");
    }
  }

  private static RuntimeException unwrapped(Throwable failed) {
    Throwable cause = failed;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RuntimeException itself
        ? itself
        : new StoreException("the store failed: " + cause, cause);
  }
}
