package io.sallyport.control.agent;

import com.google.common.collect.Maps;
import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.resource.SnapshotHash;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.ResourceName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a control plane has sent, good or bad: the side of it that its Deltas are relative to.
 * Deltas gather in a draft until one completes the snapshot. Used by one thread.
 */
final class Received {
  private final long most;
  private SortedMap<ResourceKey, Resource> complete = new TreeMap<>();
  private SortedMap<ResourceKey, Resource> draft = complete;
  private boolean drafting;

  /** Holds nothing; of at most so many bytes. */
  Received(long most) {
    this.most = most;
  }

  /** Begins anew with what the control plane was told that the agent has. */
  void begin(SortedMap<ResourceKey, Resource> held) {
    complete = new TreeMap<>(held);
    drop();
  }

  /** The complete snapshot. */
  SortedMap<ResourceKey, Resource> complete() {
    return Collections.unmodifiableSortedMap(complete);
  }

  /** What it will be once the Delta that completes it is taken. */
  SortedMap<ResourceKey, Resource> draft() {
    return Collections.unmodifiableSortedMap(draft);
  }

  /** Adds a Delta to the draft; false when that has grown too large. */
  boolean add(Delta delta) {
    if (!drafting) {
      draft = new TreeMap<>(complete);
      drafting = true;
    }
    for (ResourceName name : delta.getRemovedList()) {
      draft.remove(ResourceKey.endpoints(name.getService()));
      if (name.getKind() != ResourceName.Kind.KIND_ENDPOINTS) {
        draft.remove(ResourceKey.service(name.getService()));
      }
    }
    delta
        .getChangedServicesList()
        .forEach(changed ->
            put(
                ResourceKey.service(changed.getService().getName()),
                Revisions.of(changed.getVersion()),
                changed.getService().toByteString()));
    delta
        .getChangedEndpointsList()
        .forEach(changed ->
            put(
                ResourceKey.endpoints(changed.getEndpoints().getService()),
                Revisions.of(changed.getVersion()),
                changed.getEndpoints().toByteString()));
    long bytes = draft.values().stream().mapToLong(r -> r.content().size()).sum();
    return bytes <= most;
  }

  private void put(ResourceKey key, Revision version, ByteString content) {
    draft.put(key, new Resource(key, version, content));
  }

  /** The draft is what the agent has from now on. */
  void take() {
    complete = draft;
    drafting = false;
  }

  /** The draft is not taken. */
  void drop() {
    draft = complete;
    drafting = false;
  }

  /** The hash of a snapshot; see {@link SnapshotHash}. */
  static ByteString hash(SortedMap<ResourceKey, Resource> snapshot) {
    return SnapshotHash.of(Maps.transformValues(snapshot, Resource::version));
  }
}
