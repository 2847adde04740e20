package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.KeyValueStore.Condition;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.KeyValueStore.Transaction;
import io.sallyport.control.store.KeyValueStore.Write;
import io.sallyport.control.store.v1.BucketEntry;
import io.sallyport.control.store.v1.Release;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Takes old commits away, and the contents that no commit refers to any more, while others commit.
 *
 * <p>Why no commit ever lacks a content: what may go is listed first, with versions ({@code L});
 * then {@link CatalogKeys#PRUNE} is written ({@code P}); then what has to stay is found by walking
 * all commits ({@code W}); then each content goes if its version is still the listed one. A writer
 * reads the version of the prune key, puts every content that the commit before its own lacks, and
 * commits on the condition that neither that key nor the head changed. If it read before {@code P},
 * it either committed before {@code P}, and {@code W} sees what it refers to, or its commit fails
 * and it puts everything again. If it read after {@code P}, what it puts has a newer version than
 * the listed one and stays; and what it does not put, the head refers to, which never goes.
 */
final class CatalogPruning {
  private final KeyValueStore store;
  private final CatalogReading reading;
  private final Executor executor;
  private final int kept;

  CatalogPruning(KeyValueStore store, CatalogReading reading, Executor executor, int kept) {
    this.store = store;
    this.reading = reading;
    this.executor = executor;
    this.kept = kept;
  }

  /** Prunes; tells how many keys went. Nothing happens when another replica does so now. */
  CompletableFuture<Integer> prune() {
    return store
        .versions(CatalogKeys.BLOBS)
        .thenCompose(listed ->
            announced()
                .thenCompose(
                    first -> first ? swept(listed) : CompletableFuture.completedFuture(0)));
  }

  private CompletableFuture<Boolean> announced() {
    return store
        .get(CatalogKeys.PRUNE)
        .thenCompose(found ->
            store.commit(
                new Transaction(
                    List.of(new Condition(CatalogKeys.PRUNE, found.map(Entry::version).orElse(0L))),
                    List.of(new Write.Put(CatalogKeys.PRUNE, ByteString.EMPTY)))));
  }

  private CompletableFuture<Integer> swept(SortedMap<String, Long> listed) {
    return store
        .versions(CatalogKeys.COMMITS)
        .thenCombine(
            store.get(List.of(CatalogKeys.HEAD, CatalogKeys.RELEASE)),
            (commits, heads) -> staying(List.copyOf(commits.keySet()), heads))
        .thenComposeAsync(
            staying ->
                referred(staying)
                    .thenCompose(referred -> {
                      List<String> doomed =
                          listed.keySet().stream().filter(key -> !referred.contains(key)).toList();
                      return gone(staying.going, Map.of())
                          .thenCompose(
                              commits -> gone(doomed, listed).thenApply(blobs -> commits + blobs));
                    }),
            executor);
  }

  private record Staying(List<String> staying, List<String> going) {}

  /** The newest commits, and those that a rollout needs. */
  private Staying staying(List<String> commits, Map<String, Entry> heads) {
    Set<String> needed =
        new HashSet<>(commits.subList(Math.max(0, commits.size() - kept), commits.size()));
    Entry head = heads.get(CatalogKeys.HEAD);
    if (head != null) {
      needed.add(CatalogKeys.commit(CatalogReading.head(head.value())));
    }
    Entry release = heads.get(CatalogKeys.RELEASE);
    if (release != null) {
      Release plan = CatalogReading.release(release.value());
      for (Revision revision :
          List.of(Revisions.of(plan.getStable()), Revisions.of(plan.getTarget()))) {
        needed.add(CatalogKeys.commit(revision));
      }
    }
    return new Staying(
        commits.stream().filter(needed::contains).toList(),
        commits.stream().filter(commit -> !needed.contains(commit)).toList());
  }

  /** The keys of all contents that commits refer to. */
  private CompletableFuture<Set<String>> referred(Staying commits) {
    return store
        .get(commits.staying)
        .thenComposeAsync(
            found -> {
              Set<ByteString> buckets = new HashSet<>();
              found
                  .values()
                  .forEach(commit ->
                      buckets.addAll(CatalogReading.commit(commit.value()).getBucketsList()));
              buckets.remove(ByteString.EMPTY);
              return inBuckets(List.copyOf(buckets), 0, new HashSet<>());
            },
            executor);
  }

  /** Some buckets at a time, so that they need not all be in memory. */
  private CompletableFuture<Set<String>> inBuckets(
      List<ByteString> buckets, int from, Set<String> referred) {
    if (from == buckets.size()) {
      return CompletableFuture.completedFuture(referred);
    }
    int to = Math.min(buckets.size(), from + KeyValueStore.AT_ONCE);
    return reading
        .blobs(buckets.subList(from, to))
        .thenComposeAsync(
            read -> {
              read.forEach((hash, bucket) -> {
                referred.add(CatalogKeys.blob(hash));
                for (BucketEntry entry : Buckets.read(bucket)) {
                  referred.add(CatalogKeys.blob(entry.getContent()));
                }
              });
              return inBuckets(buckets, to, referred);
            },
            executor);
  }

  /** Takes keys away; those whose version is no longer the listed one stay, with their batch. */
  private CompletableFuture<Integer> gone(List<String> keys, Map<String, Long> versions) {
    List<CompletableFuture<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += KeyValueStore.AT_ONCE) {
      List<String> batch = keys.subList(from, Math.min(keys.size(), from + KeyValueStore.AT_ONCE));
      List<Condition> conditions = new ArrayList<>();
      List<Write> writes = new ArrayList<>();
      for (String key : batch) {
        Long version = versions.get(key);
        if (version != null) {
          conditions.add(new Condition(key, version));
        }
        writes.add(new Write.Delete(key));
      }
      batches.add(
          store
              .commit(new Transaction(conditions, writes))
              .thenApply(done -> done ? writes.size() : 0));
    }
    return CompletableFuture.allOf(batches.toArray(CompletableFuture[]::new))
        .thenApply(all -> batches.stream().mapToInt(CompletableFuture::join).sum());
  }
}
