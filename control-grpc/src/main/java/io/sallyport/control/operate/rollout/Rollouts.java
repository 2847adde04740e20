package io.sallyport.control.operate.rollout;

import io.grpc.Status;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.security.Audit;
import io.sallyport.control.security.Caller;
import io.sallyport.control.server.Fleet;
import io.sallyport.control.store.CatalogStore;
import io.sallyport.control.store.Head;
import io.sallyport.control.store.KeyValueStore;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.v1.OrderRolloutRequest;
import io.sallyport.control.v1.Rollout;
import io.sallyport.control.v1.RolloutPlan;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rollouts of a control plane, as one replica has them. All replicas watch the fleet, and any
 * takes orders. Of the replicas that are present in the store, the one with the smallest id leads:
 * it takes a rollout from one state into the next. Nothing depends on there being only one leader:
 * every state is written with compare-and-set, and what a state asks for can be done twice. When
 * the leader goes, the next one finds the rollout in the store and goes on.
 *
 * <p>Any thread; nothing blocks. Started once, closed once.
 *
 * @since 0.1
 */
public final class Rollouts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rollouts.class);
  private static final int MOST_SECONDS = 60;
  private static final String REPLICAS = "replica/";
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final CatalogStore catalog;
  private final String replica;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final RolloutTimings timings;
  private final ScheduledExecutorService executor;
  private final Audit audit;
  private final RolloutStore store;
  private final FleetJudge judge;
  private final RolloutStep step;
  private final RolloutOrders orders;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private boolean busy;
  private boolean again;
  private volatile boolean closed;

  /**
   * Makes one that has not begun.
   *
   * @param catalog the catalog, and the store in which rollouts are kept, too
   * @param fleet the whole fleet
   * @param replica this replica's id, as it is present under {@code replica/} in the store
   * @param executor one thread; all that takes time happens there
   */
  public Rollouts(
      CatalogStore catalog,
      Fleet fleet,
      String replica,
      InstantSource clock,
      RandomGenerator random,
      RolloutTimings timings,
      ScheduledExecutorService executor,
      Audit audit) {
    this.catalog = catalog;
    this.replica = replica;
    this.clock = clock;
    this.random = random;
    this.timings = timings;
    this.executor = executor;
    this.audit = audit;
    this.judge = new FleetJudge(fleet, timings, clock.instant());
    this.store = new RolloutStore(catalog.keys(), this::soon);
    this.step = new RolloutStep(catalog, store, judge, executor, this::changed);
    this.orders = new RolloutOrders(store, clock);
  }

  /** Begins to look after rollouts. */
  public void start() {
    store.start();
    long millis = timings.tick().toMillis();
    var _ = executor.scheduleAtFixedRate(this::tick, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** A rollout that is about to begin. */
  public record Begun(String id, Release release) {}

  /**
   * Writes down a rollout whose change is committed next, as one that begins this release.
   *
   * @param plan one without {@linkplain RolloutPlans#problems problems}
   */
  public CompletableFuture<Begun> begin(Caller author, RolloutPlan plan, String comment) {
    Instant now = clock.instant();
    String id = ID.format(now) + String.format(Locale.ROOT, "-%04x", random.nextInt(0x10000));
    RolloutPlan whole = RolloutPlans.complete(plan);
    StoredRollout rollout =
        new StoredRollout(
            id,
            Revision.NONE,
            Revision.NONE,
            whole,
            author.name(),
            comment,
            now,
            now,
            Map.of(),
            new RolloutState.Beginning(now));
    return store
        .prune()
        .thenCompose(pruned -> store.put(rollout, 0))
        .thenApply(written -> {
          if (!written) {
            throw Status.ABORTED
                .withDescription("another rollout has the same id; try again")
                .asRuntimeException();
          }
          return new Begun(id, release(id, whole));
        });
  }

  /** What a rollout would be in the store; for a dry run, too. */
  public static Release release(String id, RolloutPlan plan) {
    return Release.newBuilder()
        .setRollout(id)
        .addAllPlan(RolloutPlans.stages(RolloutPlans.complete(plan)))
        .build();
  }

  /** Forgets a rollout whose change was not committed. */
  public CompletableFuture<Void> forget(String id) {
    return store
        .find(id)
        .thenCompose(kept ->
            kept.isPresent() ? store.delete(kept.get()) : CompletableFuture.completedFuture(false))
        .thenAccept(gone -> {});
  }

  /**
   * A rollout as it is now.
   *
   * @param id empty: the newest one
   * @return empty when there is none
   */
  public CompletableFuture<Optional<Rollout>> find(String id) {
    return store
        .find(id)
        .thenComposeAsync(
            kept ->
                catalog
                    .newest()
                    .thenApplyAsync(head -> kept.map(found -> shown(found, head)), executor),
            executor);
  }

  /** Whether nothing more comes of a rollout by itself. */
  public static boolean settled(Rollout rollout) {
    return RolloutMessages.settled(rollout);
  }

  /** Is told whenever a rollout may have changed, by any thread. */
  public Fleet.Watch watch(Runnable changed) {
    listeners.add(changed);
    return () -> listeners.remove(changed);
  }

  /**
   * Pauses, resumes or aborts. Completes exceptionally with a {@link
   * io.grpc.StatusRuntimeException} when there is no such rollout, or the order means nothing to it
   * now.
   */
  public CompletableFuture<Rollout> order(
      Caller caller, String id, OrderRolloutRequest.Order order) {
    return orders
        .give(caller, id, order)
        .thenCompose(rollout -> {
          soon();
          return find(rollout.id()).thenApply(Optional::orElseThrow);
        });
  }

  @Override
  public void close() {
    closed = true;
    store.close();
  }

  /** Looks at the fleet, and takes the rollouts under way on if this replica leads. */
  CompletableFuture<Void> tick() {
    synchronized (this) {
      if (busy || closed) {
        again = true;
        return CompletableFuture.completedFuture(null);
      }
      busy = true;
      again = false;
    }
    // A stage, so that what round() throws is handled as what its stages fail with.
    return CompletableFuture.completedFuture(true)
        .thenCompose(begun -> round())
        // What is under way by then does no harm if it comes about yet.
        .orTimeout(MOST_SECONDS, TimeUnit.SECONDS)
        .handleAsync(
            (done, fault) -> {
              boolean more;
              synchronized (this) {
                busy = false;
                more = again || (fault == null && done);
              }
              if (fault != null) {
                LOG.atWarn().setCause(fault).log("rollouts could not be looked after");
              }
              listeners.forEach(Runnable::run);
              return more && !closed;
            },
            executor)
        .thenComposeAsync(
            more -> more ? tick() : CompletableFuture.completedFuture(null), executor);
  }

  /** Whether something was done, so that there may be more to do. */
  private CompletableFuture<Boolean> round() {
    Instant now = clock.instant();
    judge.look(now);
    return store
        .all()
        .thenComposeAsync(
            all -> {
              List<RolloutStore.Kept> going =
                  all.stream().filter(kept -> !kept.rollout().ended()).toList();
              Optional<StoredRollout> orphan = orphan(all, now);
              return going.isEmpty() && orphan.isEmpty()
                  ? CompletableFuture.completedFuture(false)
                  : leads()
                      .thenComposeAsync(
                          leads ->
                              !leads
                                  ? CompletableFuture.completedFuture(false)
                                  : orphan.isPresent()
                                      ? store.put(orphan.get(), 0)
                                      : onwards(going, now),
                          executor);
            },
            executor);
  }

  /**
   * A rollout that is under way in the catalog and has no record, since whoever began it was taken
   * for gone while its change was still being written: it is rolled back, for nobody looks after
   * it.
   */
  private Optional<StoredRollout> orphan(List<RolloutStore.Kept> all, Instant now) {
    return catalog
        .head()
        .release()
        .map(Head.RolloutUnderWay::plan)
        .filter(
            plan -> all.stream().noneMatch(kept -> kept.rollout().id().equals(plan.getRollout())))
        .map(plan ->
            new StoredRollout(
                plan.getRollout(),
                Revisions.of(plan.getStable()),
                Revisions.of(plan.getTarget()),
                RolloutPlan.getDefaultInstance(),
                replica,
                "",
                now,
                now,
                Map.of(),
                new RolloutState.RollingBack(
                    0, "its record was lost before it began", List.of(), "")));
  }

  private CompletableFuture<Boolean> onwards(List<RolloutStore.Kept> going, Instant now) {
    CompletableFuture<Boolean> any = CompletableFuture.completedFuture(false);
    for (RolloutStore.Kept kept : going) {
      any =
          any.thenComposeAsync(
              before -> step.take(kept, now).thenApply(done -> before || done), executor);
    }
    return any;
  }

  private CompletableFuture<Boolean> leads() {
    return catalog
        .keys()
        .list(REPLICAS)
        .thenApply(replicas ->
            replicas.stream()
                .map(KeyValueStore.Entry::key)
                .map(key -> key.substring(REPLICAS.length()))
                .min(String::compareTo)
                .map(replica::equals)
                .orElse(true));
  }

  private void soon() {
    if (!closed) {
      executor.execute(this::tick);
    }
  }

  private Rollout shown(RolloutStore.Kept kept, Head head) {
    return RolloutMessages.of(kept.rollout(), judge.see(kept.rollout(), head, clock.instant()));
  }

  private void changed(StoredRollout rollout) {
    String state = RolloutMessages.name(rollout.state());
    LOG.atInfo()
        .addKeyValue("rollout", rollout.id())
        .addKeyValue("stage", rollout.state().stage())
        .log("rollout is {}", state);
    if (rollout.state() instanceof RolloutState.RollingBack back) {
      audit.record(new Caller.Replica(replica), "rollout.roll-back", rollout.id(), back.reason());
    } else if (rollout.state() instanceof RolloutState.Halted halted) {
      audit.record(new Caller.Replica(replica), "rollout.halt", rollout.id(), halted.reason());
    } else if (rollout.ended()) {
      audit.record(new Caller.Replica(replica), "rollout.end", rollout.id(), state);
    }
  }
}
