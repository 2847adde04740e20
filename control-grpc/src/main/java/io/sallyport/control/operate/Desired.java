package io.sallyport.control.operate;

import io.sallyport.api.catalog.Service;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What somebody wants the catalog to be. Immutable.
 *
 * @param services those that are to be as here, by their names
 * @param removed those that are to be gone
 * @param whole whether every other one is to be gone, too
 * @param problems what is wrong with it by itself
 */
record Desired(
    SortedMap<String, Resource> services,
    Set<String> removed,
    boolean whole,
    List<Problem> problems) {
  Desired {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    removed = Collections.unmodifiableSet(new TreeSet<>(removed));
    problems = List.copyOf(problems);
  }

  /** What was sent. */
  static Desired sent(List<Resource> resources, List<String> removed, boolean whole) {
    List<Problem> problems = new ArrayList<>();
    SortedMap<String, Resource> services = new TreeMap<>();
    for (Resource resource : resources) {
      String name = resource.getService().getName();
      String path = "services." + name;
      if (!Service.ID.matcher(name).matches()) {
        problems.add(
            Told.problem(
                "bad-name",
                path,
                "\"" + name + "\" is not a service id",
                "use letters, digits, dots, hyphens and underscores, at most 128"));
      } else if (services.putIfAbsent(name, resource) != null) {
        problems.add(Told.problem("sent-twice", path, "is sent twice", "send each service once"));
      } else if (removed.contains(name)) {
        problems.add(
            Told.problem(
                "removed-and-sent", path, "is to be removed and is sent, too", "do one of both"));
      }
      String endpoints = resource.getEndpoints().getService();
      if (!endpoints.equals(name)) {
        problems.add(
            Told.problem(
                "foreign-endpoints",
                path,
                "comes with endpoints of \"" + endpoints + "\"",
                "send its own endpoints"));
      }
    }
    return new Desired(services, Set.copyOf(removed), whole, problems);
  }

  /** What a catalog was. */
  static Desired of(Resources catalog) {
    SortedMap<String, Resource> services = new TreeMap<>();
    for (Map.Entry<ResourceKey, io.sallyport.control.resource.Resource> entry :
        catalog.all().entrySet()) {
      if (entry.getKey().kind() == ResourceKey.Kind.SERVICE) {
        String name = entry.getKey().service();
        Resource.Builder resource = ResourceMessages.of(catalog, name).toBuilder();
        if (!resource.hasEndpoints()) {
          resource.setEndpoints(Endpoints.newBuilder().setService(name));
        }
        services.put(name, resource.build());
      }
    }
    return new Desired(services, Set.of(), true, List.of());
  }
}
