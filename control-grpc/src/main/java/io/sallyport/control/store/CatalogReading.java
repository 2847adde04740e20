package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.Head.RolloutUnderWay;
import io.sallyport.control.store.KeyValueStore.Entry;
import io.sallyport.control.store.v1.BucketEntry;
import io.sallyport.control.store.v1.Commit;
import io.sallyport.control.store.v1.Release;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Reads the catalog out of a store, and of it only what is not known yet. Any thread; what it works
 * out, it works out on an executor.
 */
final class CatalogReading {
  private static final int TRIES = 5;

  private final KeyValueStore store;
  private final Executor executor;

  CatalogReading(KeyValueStore store, Executor executor) {
    this.store = store;
    this.executor = executor;
  }

  /** What stands there now. */
  CompletableFuture<CatalogState> newest(CatalogState known) {
    return newest(known, TRIES);
  }

  private CompletableFuture<CatalogState> newest(CatalogState known, int tries) {
    return store
        .get(List.of(CatalogKeys.HEAD, CatalogKeys.RELEASE, CatalogKeys.PRUNE))
        .thenComposeAsync(found -> state(found, known), executor)
        .thenCompose(state -> {
          if (state.isPresent()) {
            return CompletableFuture.completedFuture(state.get());
          }
          // Others committed so much meanwhile that what was to be read is pruned already.
          return tries > 1
              ? newest(known, tries - 1)
              : CompletableFuture.failedFuture(
                  new StoreException(
                      "the catalog in the store is damaged: what "
                          + CatalogKeys.HEAD
                          + " or "
                          + CatalogKeys.RELEASE
                          + " names is not there; restore the store from a backup"));
        });
  }

  private CompletableFuture<Optional<CatalogState>> state(
      Map<String, Entry> found, CatalogState known) {
    Entry head = found.get(CatalogKeys.HEAD);
    Revision revision = head == null ? Revision.NONE : head(head.value());
    Optional<Release> release =
        Optional.ofNullable(found.get(CatalogKeys.RELEASE)).map(entry -> release(entry.value()));
    long headVersion = version(found, CatalogKeys.HEAD);
    long releaseVersion = version(found, CatalogKeys.RELEASE);
    long pruneVersion = version(found, CatalogKeys.PRUNE);
    return loaded(revision, known)
        .thenCompose(newest -> {
          if (newest.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
          }
          Loaded there = newest.get();
          return stable(release, known)
              .thenApply(stable -> {
                if (release.isPresent() && stable.isEmpty()) {
                  return Optional.empty();
                }
                Optional<RolloutUnderWay> underWay =
                    release.flatMap(
                        plan -> stable.map(catalog -> new RolloutUnderWay(plan, catalog)));
                return Optional.of(
                    new CatalogState(
                        new Head(there.resources, there.confirmed, underWay),
                        there.buckets,
                        headVersion,
                        releaseVersion,
                        pruneVersion));
              });
        });
  }

  private CompletableFuture<Optional<Loaded>> loaded(Revision revision, CatalogState known) {
    if (revision.equals(known.revision())) {
      return CompletableFuture.completedFuture(
          Optional.of(
              new Loaded(
                  known.head().newest(), known.buckets(), known.head().removalsConfirmedUpTo())));
    }
    return load(revision, known);
  }

  private CompletableFuture<Optional<Resources>> stable(
      Optional<Release> release, CatalogState known) {
    if (release.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Revision revision = Revisions.of(release.get().getStable());
    Optional<Resources> same =
        known
            .head()
            .release()
            .map(RolloutUnderWay::stable)
            .filter(stable -> stable.revision().equals(revision));
    return same.isPresent()
        ? CompletableFuture.completedFuture(same)
        : loaded(revision, known).thenApply(loaded -> loaded.map(Loaded::resources));
  }

  /** The catalog at a revision; empty when there is none, or none any more. */
  CompletableFuture<Optional<Resources>> catalog(Revision revision, CatalogState known) {
    return loaded(revision, known).thenApply(loaded -> loaded.map(Loaded::resources));
  }

  /** A catalog out of the store. */
  private record Loaded(Resources resources, List<ByteString> buckets, Revision confirmed) {}

  private CompletableFuture<Optional<Loaded>> load(Revision revision, CatalogState known) {
    if (revision.equals(Revision.NONE)) {
      return CompletableFuture.completedFuture(
          Optional.of(new Loaded(Resources.NONE, List.of(), Revision.NONE)));
    }
    String key = CatalogKeys.commit(revision);
    return store
        .get(key)
        .thenComposeAsync(
            found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(Optional.<Loaded>empty())
                    : load(commit(found.get().value()), known),
            executor)
        .handle((loaded, failed) -> {
          if (failed == null) {
            return CompletableFuture.completedFuture(loaded);
          }
          // Where the commit is pruned by now, so may be what it consists of.
          return store
              .get(key)
              .thenCompose(still ->
                  still.isEmpty()
                      ? CompletableFuture.completedFuture(Optional.<Loaded>empty())
                      : CompletableFuture.<Optional<Loaded>>failedFuture(failed));
        })
        .thenCompose(itself -> itself);
  }

  private CompletableFuture<Optional<Loaded>> load(Commit commit, CatalogState known) {
    List<ByteString> buckets = commit.getBucketsList();
    Set<Integer> unread = unread(buckets, known.buckets());
    SortedMap<ResourceKey, Resource> all = new TreeMap<>();
    for (Resource resource : known.head().newest().all().values()) {
      if (!unread.contains(Buckets.of(resource.key().service(), buckets.size()))) {
        all.put(resource.key(), resource);
      }
    }
    return blobs(unread.stream().map(buckets::get).filter(hash -> !hash.isEmpty()).toList())
        .thenComposeAsync(
            stored -> {
              List<BucketEntry> entries =
                  stored.values().stream().flatMap(one -> Buckets.read(one).stream()).toList();
              return contents(entries, known.head().newest());
            },
            executor)
        .thenApply(resources -> {
          resources.forEach(resource -> all.put(resource.key(), resource));
          return Optional.of(
              new Loaded(
                  new Resources(Revisions.of(commit.getRevision()), all),
                  buckets,
                  Revisions.of(commit.getRemovalsConfirmedUpTo())));
        });
  }

  private static Set<Integer> unread(List<ByteString> buckets, List<ByteString> known) {
    Set<Integer> unread = new HashSet<>();
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      if (known.size() != buckets.size() || !known.get(bucket).equals(buckets.get(bucket))) {
        unread.add(bucket);
      }
    }
    return unread;
  }

  private CompletableFuture<List<Resource>> contents(List<BucketEntry> entries, Resources known) {
    Map<ByteString, ByteString> here = new HashMap<>();
    for (BucketEntry entry : entries) {
      Resource same = known.all().get(Buckets.key(entry));
      if (same != null && CatalogKeys.hash(same.content()).equals(entry.getContent())) {
        here.put(entry.getContent(), same.content());
      }
    }
    List<ByteString> missing =
        entries.stream()
            .map(BucketEntry::getContent)
            .filter(hash -> !here.containsKey(hash))
            .distinct()
            .toList();
    return blobs(missing)
        .thenApply(read -> {
          here.putAll(read);
          List<Resource> resources = new ArrayList<>(entries.size());
          for (BucketEntry entry : entries) {
            ByteString content = here.get(entry.getContent());
            if (content == null) {
              throw new IllegalStateException("a content that was neither known nor read");
            }
            resources.add(
                new Resource(Buckets.key(entry), Revisions.of(entry.getVersion()), content));
          }
          return resources;
        });
  }

  /** What is stored under hashes; each is looked at, since a disk forgets and errs. */
  CompletableFuture<Map<ByteString, ByteString>> blobs(List<ByteString> hashes) {
    Map<String, ByteString> keys = new HashMap<>();
    hashes.forEach(hash -> keys.put(CatalogKeys.blob(hash), hash));
    return store
        .get(keys.keySet())
        .thenApplyAsync(
            found -> {
              Map<ByteString, ByteString> blobs = new HashMap<>();
              keys.forEach((key, hash) -> {
                Entry entry = found.get(key);
                if (entry == null) {
                  throw new StoreException("a part of the catalog, " + key + ", is missing");
                }
                if (!CatalogKeys.hash(entry.value()).equals(hash)) {
                  throw new StoreException("a part of the catalog, " + key + ", is damaged");
                }
                blobs.put(hash, entry.value());
              });
              return blobs;
            },
            executor);
  }

  static long version(Map<String, Entry> found, String key) {
    Entry entry = found.get(key);
    return entry == null ? 0 : entry.version();
  }

  static Revision head(ByteString stored) {
    try {
      return Revisions.of(io.sallyport.control.store.v1.Head.parseFrom(stored).getRevision());
    } catch (InvalidProtocolBufferException broken) {
      throw damaged(CatalogKeys.HEAD, broken);
    }
  }

  static Release release(ByteString stored) {
    try {
      return Release.parseFrom(stored);
    } catch (InvalidProtocolBufferException broken) {
      throw damaged(CatalogKeys.RELEASE, broken);
    }
  }

  static Commit commit(ByteString stored) {
    try {
      return Commit.parseFrom(stored);
    } catch (InvalidProtocolBufferException broken) {
      throw damaged("a commit", broken);
    }
  }

  private static StoreException damaged(String what, InvalidProtocolBufferException broken) {
    return new StoreException(what + " in the store is damaged: " + broken.getMessage(), broken);
  }
}
