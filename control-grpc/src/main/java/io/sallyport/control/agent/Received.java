package io.sallyport.control.agent;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.resource.SnapshotHash;
import io.sallyport.control.v1.Delta;
import io.sallyport.control.v1.ResourceName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a control plane has sent, good or bad: the side of it that its Deltas are relative to.
 * Deltas gather in a draft until one completes the snapshot. What a Delta costs depends on what it
 * changes, not on what is held. Used by one thread.
 */
final class Received {
  private final long most;
  private final Map<ResourceKey, Resource> complete = new HashMap<>();
  private Sum sum = Sum.NOTHING;

  /** What the draft has anew, and what it has no more. */
  private final SortedMap<ResourceKey, Optional<Resource>> changes = new TreeMap<>();

  private Sum draftSum = Sum.NOTHING;

  /** What is held comes to. */
  private record Sum(long bytes, SnapshotHash hash) {
    static final Sum NOTHING = new Sum(0, SnapshotHash.EMPTY);

    Sum with(Resource resource) {
      return new Sum(
          bytes + resource.content().size(), hash.with(resource.key(), resource.version()));
    }

    Sum without(Resource resource) {
      return new Sum(
          bytes - resource.content().size(), hash.without(resource.key(), resource.version()));
    }
  }

  /** Holds nothing; of at most so many bytes. */
  Received(long most) {
    this.most = most;
  }

  /** Begins anew with what the control plane was told that the agent has. */
  void begin(SortedMap<ResourceKey, Resource> held) {
    complete.clear();
    complete.putAll(held);
    sum = Sum.NOTHING;
    held.values().forEach(resource -> sum = sum.with(resource));
    drop();
  }

  /** A resource, as it will be once the Delta that completes the draft is taken. */
  Optional<Resource> draft(ResourceKey key) {
    Optional<Resource> changed = changes.get(key);
    return changed == null ? Optional.ofNullable(complete.get(key)) : changed;
  }

  /** The services that the draft changes, adds or removes. */
  SortedSet<String> touched() {
    SortedSet<String> touched = new TreeSet<>();
    changes.keySet().forEach(key -> touched.add(key.service()));
    return touched;
  }

  /** Every service that was received or will be once the draft is taken. */
  SortedSet<String> services() {
    SortedSet<String> services = touched();
    complete.keySet().forEach(key -> services.add(key.service()));
    return services;
  }

  /** Adds a Delta to the draft; false when that has grown too large. */
  boolean add(Delta delta) {
    for (ResourceName name : delta.getRemovedList()) {
      remove(ResourceKey.endpoints(name.getService()));
      if (name.getKind() != ResourceName.Kind.KIND_ENDPOINTS) {
        remove(ResourceKey.service(name.getService()));
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
    return draftSum.bytes() <= most;
  }

  private void put(ResourceKey key, Revision version, ByteString content) {
    draft(key).ifPresent(old -> draftSum = draftSum.without(old));
    Resource resource = new Resource(key, version, content);
    draftSum = draftSum.with(resource);
    changes.put(key, Optional.of(resource));
  }

  private void remove(ResourceKey key) {
    draft(key).ifPresent(old -> draftSum = draftSum.without(old));
    changes.put(key, Optional.empty());
  }

  /** The draft is what the agent has from now on. */
  void take() {
    changes.forEach((key, resource) ->
        resource.ifPresentOrElse(
            content -> complete.put(key, content), () -> complete.remove(key)));
    sum = draftSum;
    changes.clear();
  }

  /** The draft is not taken. */
  void drop() {
    draftSum = sum;
    changes.clear();
  }

  /** The hash of the complete snapshot. */
  ByteString hash() {
    return sum.hash().bytes();
  }

  /** What it will be once the draft is taken. */
  ByteString draftHash() {
    return draftSum.hash().bytes();
  }
}
