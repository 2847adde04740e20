package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.EndpointMode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that a cluster has now, in the order of the catalog.
 *
 * <p>Control loop only.
 */
final class Members {
  private final Map<String, Member> byName = new LinkedHashMap<>();
  private boolean stopped;

  /** The one of that name; null when there is none. */
  @Nullable Member named(String name) {
    return byName.get(name);
  }

  /** The one that event loops know as this; null when it is no more. */
  @Nullable Member of(ClusterEndpoint endpoint) {
    Member member = byName.get(endpoint.name());
    return member != null && member.endpoint() == endpoint ? member : null;
  }

  /** Those that there are at any time. */
  Collection<Member> all() {
    return byName.values();
  }

  /** Those that there are at this time. */
  List<Member> now() {
    return List.copyOf(byName.values());
  }

  int size() {
    return byName.size();
  }

  void add(Member member) {
    byName.put(member.endpoint().name(), member);
  }

  void remove(Member member) {
    byName.remove(member.endpoint().name());
  }

  /** Takes the catalog's order. */
  void reorder(Collection<String> names) {
    Map<String, Member> ordered = new LinkedHashMap<>();
    for (String name : names) {
      Member member = byName.get(name);
      if (member != null) {
        ordered.put(name, member);
      }
    }
    byName.clear();
    byName.putAll(ordered);
  }

  /** There is nothing more to be done with them, from now on. */
  void stop() {
    stopped = true;
  }

  boolean stopped() {
    return stopped;
  }

  /** Forgets them. */
  void clear() {
    byName.clear();
  }

  /** True when at least one is known to serve, or is not checked. */
  boolean serves() {
    for (Member member : byName.values()) {
      if (member.standing().filter(standing -> !standing.failOpen()).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** True when the first probe of each has ended. */
  boolean judged() {
    return byName.values().stream().allMatch(Member::judged);
  }

  /** How many of those that are in use pass their checks. */
  int healthy(boolean backups) {
    return (int)
        byName.values().stream()
            .filter(member -> member.backup() == backups)
            .filter(member -> member.mode() == EndpointMode.ENABLED)
            .filter(Member::up)
            .count();
  }
}
