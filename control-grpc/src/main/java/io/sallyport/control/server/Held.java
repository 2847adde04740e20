package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.SnapshotHash;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent holds: names and versions. Immutable, and one object for all agents that hold the
 * same, wherever that is known; therefore compared by identity.
 */
final class Held {
  static final Held NOTHING = new Held(new TreeMap<>(), Set.of());

  private final SortedMap<ResourceKey, Revision> versions;
  private final List<String> services;
  private final Set<String> unreadable;
  private final ByteString hash;

  /**
   * Keeps the map, which nobody changes any more.
   *
   * @param unreadable services of which nobody here knows for whom they are: an agent keeps what it
   *     has of them
   */
  Held(SortedMap<ResourceKey, Revision> versions, Set<String> unreadable) {
    this.versions = Collections.unmodifiableSortedMap(versions);
    this.services = versions.keySet().stream().map(ResourceKey::service).distinct().toList();
    this.unreadable = Set.copyOf(unreadable);
    this.hash = SnapshotHash.of(versions).bytes();
  }

  SortedMap<ResourceKey, Revision> versions() {
    return versions;
  }

  /** The services, in order. */
  List<String> services() {
    return services;
  }

  Set<String> unreadable() {
    return unreadable;
  }

  ByteString hash() {
    return hash;
  }

  /** Whether it is the same in all, though it may be another object. */
  boolean same(Held other) {
    return this == other
        || (versions.equals(other.versions) && unreadable.equals(other.unreadable));
  }

  /** Where a service stands among the services; negative when it does not. */
  int place(String service) {
    return Collections.binarySearch(services, service);
  }

  /** The version of a service with its endpoints; {@link Revision#NONE} when it is not held. */
  Revision version(String service) {
    Revision own = versions.getOrDefault(ResourceKey.service(service), Revision.NONE);
    Revision behind = versions.getOrDefault(ResourceKey.endpoints(service), Revision.NONE);
    return own.compareTo(behind) >= 0 ? own : behind;
  }
}
