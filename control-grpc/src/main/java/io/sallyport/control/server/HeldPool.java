package io.sallyport.control.server;

import com.google.common.collect.MapMaker;
import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Revision;
import io.sallyport.control.resource.ResourceKey;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Makes one {@link Held} of all that are equal: after a restart of the control plane a whole fleet
 * says the same. Keeps none alive. Any thread.
 */
final class HeldPool {
  private final Map<ByteString, Held> byHash = new MapMaker().weakValues().makeMap();

  HeldPool() {
    byHash.put(Held.NOTHING.hash(), Held.NOTHING);
  }

  /** The one with these versions. */
  Held of(SortedMap<ResourceKey, Revision> versions, Set<String> unreadable) {
    Held made = new Held(versions, unreadable);
    if (!unreadable.isEmpty()) {
      return made;
    }
    Held known = byHash.putIfAbsent(made.hash(), made);
    // An agent says what it holds, and may have sought for versions that come to another's hash.
    return known != null && known.versions().equals(made.versions()) ? known : made;
  }
}
