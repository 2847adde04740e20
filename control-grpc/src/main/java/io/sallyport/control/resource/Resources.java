package io.sallyport.control.resource;

import io.sallyport.api.catalog.Revision;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A catalog at one revision, as resources. Immutable.
 *
 * @param revision its place in time
 * @param all every resource, by its key
 * @since 0.1
 */
public record Resources(Revision revision, SortedMap<ResourceKey, Resource> all) {
  /** Before every catalog. */
  public static final Resources NONE = new Resources(Revision.NONE, Collections.emptySortedMap());

  /** Copies the map. */
  public Resources {
    all = Collections.unmodifiableSortedMap(new TreeMap<>(all));
  }
}
