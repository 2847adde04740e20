package io.sallyport.plugins.injection.rendered;

import io.sallyport.api.injection.HostBinding;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one file should hold.
 *
 * @param lines all but our first one
 * @param bindings what they publish
 */
record Page(List<String> lines, Set<HostBinding> bindings) {
  Page {
    lines = List.copyOf(lines);
    bindings = Set.copyOf(bindings);
  }

  /** How many lines differ. */
  static int changes(List<String> before, List<String> after) {
    Set<String> old = new HashSet<>(before);
    Set<String> now = new HashSet<>(after);
    long added = now.stream().filter(line -> !old.contains(line)).count();
    long removed = old.stream().filter(line -> !now.contains(line)).count();
    return (int) (added + removed);
  }
}
