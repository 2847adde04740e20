package io.sallyport.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.Change.Outcome;
import io.sallyport.control.store.Change.ReleaseChange;
import io.sallyport.control.store.Head.RolloutUnderWay;
import io.sallyport.control.store.v1.Commit;
import io.sallyport.control.store.v1.Release;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a catalog does on every store. */
abstract class CatalogStoreContract {
  static final Instant NOW = Instant.parse("2026-11-25T20:00:00Z");
  static final long EPOCH = NOW.getEpochSecond();

  private final List<CatalogStore> opened = new ArrayList<>();

  /** The store under test; empty at the start of each test. */
  abstract KeyValueStore store();

  @AfterEach
  void closeCatalogs() {
    opened.forEach(CatalogStore::close);
  }

  CatalogStore open(KeyValueStore store, int kept) throws Exception {
    CatalogStore catalog =
        of(CatalogStore.open(store, InstantSource.fixed(NOW), new Random(opened.size()), kept));
    opened.add(catalog);
    return catalog;
  }

  CatalogStore open() throws Exception {
    return open(store(), 1000);
  }

  static <T> T of(CompletableFuture<T> stage) throws Exception {
    return stage.get(60, TimeUnit.SECONDS);
  }

  static ResourceKey service(String name) {
    return ResourceKey.service(name);
  }

  static Change change(
      Revision expected, Map<ResourceKey, String> writes, Set<ResourceKey> removals) {
    return change(expected, writes, removals, new ReleaseChange.None());
  }

  static Change change(
      Revision expected,
      Map<ResourceKey, String> writes,
      Set<ResourceKey> removals,
      ReleaseChange release) {
    Map<ResourceKey, ByteString> contents = new HashMap<>();
    writes.forEach((key, text) -> contents.put(key, ByteString.copyFromUtf8(text)));
    return new Change(
        expected, "ann", "because", contents, removals, Revision.NONE, false, release);
  }

  static Head committed(CatalogStore catalog, Change change) throws Exception {
    Outcome outcome = of(catalog.commit(change));
    assertThat(outcome).isInstanceOf(Outcome.Committed.class);
    return ((Outcome.Committed) outcome).head();
  }

  static Revision revision(long number) {
    return new Revision(EPOCH, number);
  }

  static Map<ResourceKey, String> contents(Resources resources) {
    Map<ResourceKey, String> contents = new HashMap<>();
    resources
        .all()
        .forEach((key, resource) -> contents.put(key, resource.content().toStringUtf8()));
    return contents;
  }

  @Test
  void aNewStoreHasNoCatalogAndItsFirstOneBeginsAnEpochOfItsOwn() throws Exception {
    CatalogStore catalog = open();
    assertThat(catalog.head()).isEqualTo(Head.NONE);

    Head head =
        committed(
            catalog,
            change(
                Revision.NONE,
                Map.of(service("a"), "1", ResourceKey.endpoints("a"), "2"),
                Set.of()));

    assertThat(head.newest().revision()).isEqualTo(revision(1));
    assertThat(head.newest().all().get(service("a")))
        .isEqualTo(new Resource(service("a"), revision(1), ByteString.copyFromUtf8("1")));
    assertThat(catalog.head()).isEqualTo(head);
    assertThat(open().head()).isEqualTo(head);
  }

  @Test
  void onlyWhatChangesGetsANewVersion() throws Exception {
    CatalogStore catalog = open();
    committed(
        catalog,
        change(
            Revision.NONE,
            Map.of(service("a"), "1", service("b"), "1", service("c"), "1"),
            Set.of()));
    Head head =
        committed(
            catalog,
            change(
                revision(1),
                Map.of(service("a"), "1", service("b"), "2", service("d"), "1"),
                Set.of(service("c"), service("none"))));

    assertThat(head.newest().all().values())
        .extracting(Resource::key, Resource::version)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(service("a"), revision(1)),
            org.assertj.core.groups.Tuple.tuple(service("b"), revision(2)),
            org.assertj.core.groups.Tuple.tuple(service("d"), revision(2)));
    assertThat(open().head()).isEqualTo(head);
    Commit commit = of(catalog.history(Revision.NONE, 1)).getFirst();
    assertThat(commit.getAuthor()).isEqualTo("ann");
    assertThat(commit.getComment()).isEqualTo("because");
    assertThat(commit.getAtMillis()).isEqualTo(NOW.toEpochMilli());
    assertThat(commit.getAddedList()).containsExactly("d");
    assertThat(commit.getChangedList()).containsExactly("b");
    assertThat(commit.getRemovedList()).containsExactly("c");
  }

  @Test
  void whatIsThereAlreadyChangesNothing() throws Exception {
    CatalogStore catalog = open();
    Head head = committed(catalog, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));

    assertThat(
            of(
                catalog.commit(
                    change(revision(1), Map.of(service("a"), "1"), Set.of(service("x"))))))
        .isEqualTo(new Outcome.Unchanged(head));
    assertThat(of(catalog.history(Revision.NONE, 10))).hasSize(1);
  }

  @Test
  void aChangeAgainstAnotherRevisionIsAConflict() throws Exception {
    CatalogStore one = open();
    CatalogStore two = open();
    committed(one, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));

    assertThat(of(two.commit(change(Revision.NONE, Map.of(service("a"), "2"), Set.of()))))
        .isEqualTo(new Outcome.Conflict(revision(1)));
    assertThat(of(two.commit(change(revision(2), Map.of(service("a"), "2"), Set.of()))))
        .isEqualTo(new Outcome.Conflict(revision(1)));
    committed(two, change(revision(1), Map.of(service("a"), "2"), Set.of()));
    assertThat(of(one.newest()).newest().revision()).isEqualTo(revision(2));
  }

  @Test
  void ofTwoWhoCommitAtOnceOneSucceedsEachTime() throws Exception {
    List<CatalogStore> catalogs = List.of(open(), open());
    for (int round = 0; round < 20; round++) {
      Revision expected = of(catalogs.getFirst().newest()).newest().revision();
      List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
      for (CatalogStore catalog : catalogs) {
        // The same content: the commits differ in nothing but who made them.
        outcomes.add(
            catalog.commit(change(expected, Map.of(service("a"), "round " + round), Set.of())));
      }
      List<Outcome> both = List.of(of(outcomes.get(0)), of(outcomes.get(1)));
      assertThat(both).hasAtLeastOneElementOfType(Outcome.Committed.class);
      assertThat(both).hasAtLeastOneElementOfType(Outcome.Conflict.class);
    }
    assertThat(of(catalogs.getFirst().history(Revision.NONE, 100))).hasSize(20);
  }

  @Test
  void everyHeadIsToldToThoseWhoWatch() throws Exception {
    CatalogStore one = open();
    CatalogStore two = open();
    BlockingQueue<Head> told = new LinkedBlockingQueue<>();
    KeyValueStore.Watch watch = two.watch(told::add);
    assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(Head.NONE);

    Head head = committed(one, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));
    assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo(head);
    assertThat(two.head()).isEqualTo(head);

    watch.close();
    committed(one, change(revision(1), Map.of(service("a"), "2"), Set.of()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> two.head().newest().revision().equals(revision(2)));
    assertThat(told).isEmpty();
  }

  @Test
  void oldCatalogsAndTheHistoryAreThereUntilTheyArePruned() throws Exception {
    CatalogStore catalog = open(store(), 3);
    for (int number = 1; number <= 6; number++) {
      Revision expected = number == 1 ? Revision.NONE : revision(number - 1);
      committed(
          catalog,
          change(
              expected,
              Map.of(service("a"), "a" + number, service("b" + number), "b"),
              number == 1 ? Set.of() : Set.of(service("b" + (number - 1)))));
    }

    assertThat(contents(of(catalog.catalog(revision(2))).orElseThrow()))
        .isEqualTo(Map.of(service("a"), "a2", service("b2"), "b"));
    assertThat(of(catalog.catalog(revision(7)))).isEmpty();
    assertThat(of(catalog.catalog(Revision.NONE))).contains(Resources.NONE);
    assertThat(of(catalog.history(Revision.NONE, 2)))
        .extracting(commit -> Revisions.of(commit.getRevision()))
        .containsExactly(revision(6), revision(5));
    assertThat(of(catalog.history(revision(3), 50)))
        .extracting(commit -> Revisions.of(commit.getRevision()))
        .containsExactly(revision(2), revision(1));

    assertThat(of(catalog.prune())).isPositive();

    assertThat(of(catalog.history(Revision.NONE, 50)))
        .extracting(commit -> Revisions.of(commit.getRevision()))
        .containsExactly(revision(6), revision(5), revision(4));
    assertThat(of(catalog.catalog(revision(3)))).isEmpty();
    assertThat(contents(of(catalog.catalog(revision(4))).orElseThrow()))
        .isEqualTo(Map.of(service("a"), "a4", service("b4"), "b"));
    assertThat(contents(open().head().newest()))
        .isEqualTo(Map.of(service("a"), "a6", service("b6"), "b"));
    // Of each of three commits: two buckets at most, and its "a"; they share "b".
    assertThat(of(store().versions(CatalogKeys.BLOBS)).size()).isLessThanOrEqualTo(10);
    assertThat(of(catalog.prune())).isZero();
  }

  @Test
  void aRolloutBeginsAdvancesAndEndsWithTheCatalog() throws Exception {
    CatalogStore catalog = open();
    CatalogStore other = open();
    Head before = committed(catalog, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));
    Release plan = Release.newBuilder().setRollout("r1").setStages(1).build();

    Head begun =
        committed(
            catalog,
            change(
                revision(1), Map.of(service("a"), "2"), Set.of(), new ReleaseChange.Begin(plan)));

    RolloutUnderWay underWay = begun.release().orElseThrow();
    assertThat(underWay.stable()).isEqualTo(before.newest());
    assertThat(Revisions.of(underWay.plan().getStable())).isEqualTo(revision(1));
    assertThat(Revisions.of(underWay.plan().getTarget())).isEqualTo(revision(2));
    assertThat(of(other.newest())).isEqualTo(begun);
    assertThat(open().head()).isEqualTo(begun);
    assertThat(of(other.commit(change(revision(2), Map.of(service("a"), "3"), Set.of()))))
        .isEqualTo(new Outcome.RolloutInTheWay(Optional.of("r1")));
    assertThat(
            of(
                other.commit(
                    change(
                        revision(2),
                        Map.of(service("a"), "3"),
                        Set.of(),
                        new ReleaseChange.Begin(plan)))))
        .isEqualTo(new Outcome.RolloutInTheWay(Optional.of("r1")));
    assertThat(
            of(
                other.commit(
                    change(
                        revision(2),
                        Map.of(service("a"), "3"),
                        Set.of(),
                        new ReleaseChange.End("r2")))))
        .isEqualTo(new Outcome.RolloutInTheWay(Optional.of("r1")));

    assertThat(of(other.advance("r2", 2))).isFalse();
    assertThat(of(other.advance("r1", 2))).isTrue();
    assertThat(of(catalog.newest()).release().orElseThrow().plan().getStages()).isEqualTo(2);

    assertThat(
            of(other.commit(change(revision(2), Map.of(), Set.of(), new ReleaseChange.End("r1")))))
        .isEqualTo(
            new Outcome.Unchanged(new Head(begun.newest(), Revision.NONE, Optional.empty())));
    assertThat(of(catalog.newest()).release()).isEmpty();
    assertThat(of(other.advance("r1", 3))).isFalse();
    assertThat(
            of(other.commit(change(revision(2), Map.of(), Set.of(), new ReleaseChange.End("r1")))))
        .isEqualTo(new Outcome.RolloutInTheWay(Optional.empty()));
  }

  @Test
  void aRolledBackRolloutEndsInOneTransactionWithItsRollback() throws Exception {
    CatalogStore catalog = open();
    committed(catalog, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));
    committed(
        catalog,
        change(
            revision(1),
            Map.of(service("a"), "2"),
            Set.of(),
            new ReleaseChange.Begin(Release.newBuilder().setRollout("r1").build())));

    Head head =
        committed(
            catalog,
            change(revision(2), Map.of(service("a"), "1"), Set.of(), new ReleaseChange.End("r1")));

    assertThat(head.release()).isEmpty();
    assertThat(head.newest().revision()).isEqualTo(revision(3));
    assertThat(open().head()).isEqualTo(head);
  }

  @Test
  void theStableCatalogOfARolloutIsNotPruned() throws Exception {
    CatalogStore catalog = open(store(), 1);
    Head before = committed(catalog, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));
    committed(
        catalog,
        change(
            revision(1),
            Map.of(service("a"), "2"),
            Set.of(),
            new ReleaseChange.Begin(Release.newBuilder().setRollout("r1").build())));
    of(catalog.prune());

    assertThat(open().head().release().orElseThrow().stable()).isEqualTo(before.newest());
  }

  @Test
  void confirmedRemovalsStayConfirmed() throws Exception {
    CatalogStore catalog = open();
    committed(
        catalog, change(Revision.NONE, Map.of(service("a"), "1", service("b"), "1"), Set.of()));
    Change removal = change(revision(1), Map.of(), Set.of(service("b")));
    committed(
        catalog,
        new Change(
            removal.expected(),
            removal.author(),
            removal.comment(),
            removal.writes(),
            removal.removals(),
            Revision.NONE,
            true,
            removal.release()));
    Head head = committed(catalog, change(revision(2), Map.of(service("a"), "2"), Set.of()));

    assertThat(head.removalsConfirmedUpTo()).isEqualTo(revision(2));
    assertThat(open().head()).isEqualTo(head);
  }

  @Test
  void aNewEpochGoesOnWithTheSameContent() throws Exception {
    CatalogStore catalog = open();
    assertThat(of(catalog.beginEpoch("ann", "nothing there"))).isEqualTo(Head.NONE);
    committed(catalog, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));
    committed(
        catalog,
        change(
            revision(1),
            Map.of(service("a"), "2"),
            Set.of(),
            new ReleaseChange.Begin(Release.newBuilder().setRollout("r1").build())));

    Head head = of(catalog.beginEpoch("ann", "restored"));

    Revision first = new Revision(EPOCH + 1, 1);
    assertThat(head.newest().revision()).isEqualTo(first);
    assertThat(head.newest().all().get(service("a")).version()).isEqualTo(first);
    assertThat(contents(head.newest())).isEqualTo(Map.of(service("a"), "2"));
    assertThat(head.release()).isEmpty();
    assertThat(open().head()).isEqualTo(head);
    assertThat(of(catalog.history(Revision.NONE, 50)))
        .extracting(commit -> Revisions.of(commit.getRevision()))
        .containsExactly(first, revision(2), revision(1));
    assertThat(
            committed(catalog, change(first, Map.of(service("a"), "3"), Set.of()))
                .newest()
                .revision())
        .isEqualTo(first.next());
  }

  @Test
  void aChangeOfOneServiceAmongTenThousandWritesLittle() throws Exception {
    AtomicLong bytes = new AtomicLong();
    CatalogStore catalog =
        open(
            new DelegatingStore(store()) {
              @Override
              public CompletableFuture<Boolean> commit(Transaction transaction) {
                transaction.writes().forEach(write -> bytes.addAndGet(write.bytes()));
                return super.commit(transaction);
              }
            },
            1000);
    Map<ResourceKey, String> all = new HashMap<>();
    for (int number = 0; number < 10_000; number++) {
      all.put(service("service-" + number), "content " + number + ".".repeat(200));
      all.put(ResourceKey.endpoints("service-" + number), "endpoints " + number);
    }
    committed(catalog, change(Revision.NONE, all, Set.of()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> of(store().get(CatalogKeys.PRUNE)).isPresent());
    long before = bytes.get();

    Head head =
        committed(
            catalog,
            change(revision(1), Map.of(ResourceKey.endpoints("service-77"), "moved"), Set.of()));

    assertThat(bytes.get() - before).isLessThan(20_000);
    assertThat(open().head()).isEqualTo(head);
  }

  @Test
  void aCommitWhoseAnswerIsLostIsRecognised() throws Exception {
    CatalogStore catalog =
        open(
            new DelegatingStore(store()) {
              @Override
              public CompletableFuture<Boolean> commit(Transaction transaction) {
                return super.commit(transaction)
                    .thenCompose(done ->
                        transaction.conditions().isEmpty()
                            ? CompletableFuture.completedFuture(done)
                            : CompletableFuture.failedFuture(new StoreException("lost")));
              }
            },
            1000);

    committed(catalog, change(Revision.NONE, Map.of(service("a"), "1"), Set.of()));
    assertThat(contents(open().head().newest())).isEqualTo(Map.of(service("a"), "1"));
  }

  @Test
  void aCommitOfWhichNothingIsKnownFails() throws Exception {
    CatalogStore catalog =
        open(
            new DelegatingStore(store()) {
              @Override
              public CompletableFuture<Boolean> commit(Transaction transaction) {
                return transaction.conditions().isEmpty()
                    ? super.commit(transaction)
                    : CompletableFuture.failedFuture(new StoreException("no answer"));
              }
            },
            1000);

    assertThatThrownBy(
            () -> of(catalog.commit(change(Revision.NONE, Map.of(service("a"), "1"), Set.of()))))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining(
            "it is not known whether the change was made, since the store did not answer; look at"
                + " the history before making it again");
  }

  @Test
  void aContentThatIsTooLargeIsRefused() throws Exception {
    CatalogStore catalog = open();

    assertThatThrownBy(() ->
            of(
                catalog.commit(
                    change(Revision.NONE, Map.of(service("a"), "x".repeat(1_500_000)), Set.of()))))
        .hasCauseInstanceOf(StoreException.class)
        .hasMessageContaining("the change is too large: a transaction of 15000");
    assertThat(catalog.head()).isEqualTo(Head.NONE);
  }

  @Test
  void pruningNeverTakesWhatAWriterRefersTo() throws Exception {
    List<CatalogStore> writers = List.of(open(store(), 1), open(store(), 1));
    CatalogStore pruner = open(store(), 1);
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> pruned =
        CompletableFuture.supplyAsync(() -> {
          int gone = 0;
          while (!done.get()) {
            gone += pruner.prune().join();
          }
          return gone;
        });
    List<CompletableFuture<Integer>> written = new ArrayList<>();
    for (CatalogStore writer : writers) {
      Random random = new Random(writers.indexOf(writer));
      written.add(
          CompletableFuture.supplyAsync(() -> {
            int commits = 0;
            for (int round = 0; round < 150; round++) {
              Map<ResourceKey, String> some = new HashMap<>();
              // Few contents, so that those that were taken away come back soon.
              some.put(service("s" + random.nextInt(6)), "content " + random.nextInt(3));
              Revision expected = writer.newest().join().newest().revision();
              try {
                Outcome outcome = writer.commit(change(expected, some, Set.of())).join();
                commits += outcome instanceof Outcome.Committed ? 1 : 0;
              } catch (CompletionException crowded) {
                // With another writer and a pruner that never rests, a change may be given up.
                assertThat(crowded).hasMessageContaining("changes too fast");
              }
            }
            return commits;
          }));
    }
    int commits = 0;
    for (CompletableFuture<Integer> one : written) {
      commits += one.get(180, TimeUnit.SECONDS);
    }
    done.set(true);

    assertThat(commits).isPositive();
    assertThat(of(pruned)).isPositive();
    // Reads every content from the store, and looks at its hash.
    assertThat(contents(open().head().newest()))
        .isEqualTo(contents(of(writers.getFirst().newest()).newest()));
    of(pruner.prune());
    assertThat(open().head().newest().all()).isNotEmpty();
  }
}
