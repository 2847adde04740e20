package io.sallyport.control.store;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.v1.Commit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A commit before it is written.
 *
 * @param commit itself
 * @param resources the whole catalog that it makes
 * @param blobs what has to be in the store first, by key: all that the commit before it lacks
 */
record CatalogDraft(Commit commit, Resources resources, Map<String, ByteString> blobs) {
  /** What a change makes of a state; nothing differs when there are no blobs and no removals. */
  static CatalogDraft of(
      Change change, CatalogState from, Revision revision, Commit.Builder commit) {
    SortedMap<ResourceKey, Resource> before = from.head().newest().all();
    SortedMap<ResourceKey, Resource> after = new TreeMap<>(before);
    SortedSet<String> touched = new TreeSet<>();
    Map<String, ByteString> blobs = new LinkedHashMap<>();
    change
        .writes()
        .forEach((key, content) -> {
          Resource old = before.get(key);
          if (old == null || !old.content().equals(content)) {
            after.put(key, new Resource(key, revision, content));
            blobs.put(CatalogKeys.blob(CatalogKeys.hash(content)), content);
            touched.add(key.service());
          }
        });
    for (ResourceKey key : change.removals()) {
      if (after.remove(key) != null) {
        touched.add(key.service());
      }
    }
    for (String service : touched) {
      boolean was = has(before, service);
      boolean is = has(after, service);
      if (was && is) {
        commit.addChanged(service);
      } else if (is) {
        commit.addAdded(service);
      } else {
        commit.addRemoved(service);
      }
    }
    Set<Integer> rewritten = new HashSet<>();
    touched.forEach(service -> rewritten.add(Buckets.of(service, Buckets.COUNT)));
    return whole(new Resources(revision, after), from.buckets(), rewritten, blobs, commit);
  }

  /** The same contents under a new revision, which all of them get. */
  static CatalogDraft anew(Resources resources, Revision revision, Commit.Builder commit) {
    SortedMap<ResourceKey, Resource> all = new TreeMap<>();
    Map<String, ByteString> blobs = new LinkedHashMap<>();
    resources
        .all()
        .forEach((key, resource) -> {
          all.put(key, new Resource(key, revision, resource.content()));
          blobs.put(CatalogKeys.blob(CatalogKeys.hash(resource.content())), resource.content());
        });
    return whole(new Resources(revision, all), List.of(), Set.of(), blobs, commit);
  }

  boolean changesNothing() {
    return commit.getAddedCount() + commit.getChangedCount() + commit.getRemovedCount() == 0;
  }

  private static CatalogDraft whole(
      Resources resources,
      List<ByteString> before,
      Set<Integer> rewritten,
      Map<String, ByteString> blobs,
      Commit.Builder commit) {
    List<List<Resource>> buckets = Buckets.sorted(resources.all().values());
    List<ByteString> hashes = new ArrayList<>(Buckets.COUNT);
    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
      if (before.size() == Buckets.COUNT && !rewritten.contains(bucket)) {
        hashes.add(before.get(bucket));
      } else if (buckets.get(bucket).isEmpty()) {
        hashes.add(ByteString.EMPTY);
      } else {
        ByteString written = Buckets.written(buckets.get(bucket));
        ByteString hash = CatalogKeys.hash(written);
        blobs.put(CatalogKeys.blob(hash), written);
        hashes.add(hash);
      }
    }
    commit.setRevision(Revisions.message(resources.revision())).addAllBuckets(hashes);
    return new CatalogDraft(commit.build(), resources, blobs);
  }

  private static boolean has(SortedMap<ResourceKey, Resource> all, String service) {
    return all.containsKey(ResourceKey.service(service))
        || all.containsKey(ResourceKey.endpoints(service));
  }
}
