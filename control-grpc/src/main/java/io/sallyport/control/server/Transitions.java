package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes transitions, and remembers the last ones and those that somebody goes: most of a fleet goes
 * the same way at the same time. Not thread-safe.
 */
final class Transitions {
  private static final int REMEMBERED = 16;

  private final int partBytes;
  private final Map<Way, WeakReference<Transition>> inUse = new HashMap<>();
  private final Map<Way, Transition> made =
      new LinkedHashMap<>(16, 0.75f, true) {
        @java.io.Serial private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Way, Transition> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * Has made none.
   *
   * @param partBytes at most this large is a Delta, unless one resource alone is larger
   */
  Transitions(int partBytes) {
    this.partBytes = partBytes;
  }

  /** Both are compared by identity. */
  private record Way(Held from, Snapshot to) {}

  /** The way from one to the other. */
  Transition between(Held from, Snapshot to) {
    return made.computeIfAbsent(new Way(from, to), this::known);
  }

  /** Forgets all that nobody goes. */
  void forget() {
    made.clear();
    tidy();
  }

  /** Lets go of the ends of ways that nobody goes any more. */
  void tidy() {
    inUse.values().removeIf(way -> way.refersTo(null));
  }

  private Transition known(Way way) {
    WeakReference<Transition> last = inUse.get(way);
    Transition found = last == null ? null : last.get();
    if (found != null) {
      return found;
    }
    Transition fresh = make(way.from, way.to);
    inUse.put(way, new WeakReference<>(fresh));
    return fresh;
  }

  private Transition make(Held from, Snapshot to) {
    List<Resource> changed = new ArrayList<>();
    for (Resource resource : to.resources()) {
      if (!resource.version().equals(from.versions().get(resource.key()))) {
        changed.add(resource);
      }
    }
    List<ResourceKey> removed = removed(from, to);
    DeltaWriter writer = new DeltaWriter(to.revision(), partBytes);
    changed.forEach(writer::changed);
    removed.forEach(writer::removed);
    ByteString hash = to.held().unreadable().isEmpty() ? to.held().hash() : ByteString.EMPTY;
    return new Transition(
        writer.complete(hash, to.removalsConfirmed()),
        origins(from, to.held()),
        changed.isEmpty() && removed.isEmpty());
  }

  private static List<ResourceKey> removed(Held from, Snapshot to) {
    List<ResourceKey> removed = new ArrayList<>();
    for (ResourceKey key : from.versions().keySet()) {
      boolean stays = to.holds(key) || to.held().unreadable().contains(key.service());
      // Removing a service removes its endpoints.
      boolean said =
          key.kind() == ResourceKey.Kind.ENDPOINTS
              && !to.holds(ResourceKey.service(key.service()))
              && from.versions().containsKey(ResourceKey.service(key.service()));
      if (!stays && !said) {
        removed.add(key);
      }
    }
    for (String service : from.unreadable()) {
      ResourceKey key = ResourceKey.service(service);
      if (!to.holds(key) && !to.held().unreadable().contains(service)) {
        // Whether the agent has it nobody here knows.
        removed.add(key);
      }
    }
    return removed;
  }

  /** For each service of the one its place in the other; negative when it is not the same there. */
  static int[] origins(Held from, Held to) {
    List<String> services = to.services();
    int[] origins = new int[services.size()];
    for (int s = 0; s < origins.length; s++) {
      String service = services.get(s);
      Revision version = to.version(service);
      origins[s] = from.version(service).equals(version) ? from.place(service) : -1;
    }
    return origins;
  }
}
