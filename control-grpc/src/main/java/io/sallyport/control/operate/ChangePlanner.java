package io.sallyport.control.operate;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.CatalogRules;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.source.CatalogLanguage.Reading;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.v1.Difference;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds out what must be written so that a catalog becomes what somebody wants, and everything that
 * is wrong with it. Any thread.
 */
final class ChangePlanner {
  private final ServiceReadings readings;

  ChangePlanner(ServiceReadings readings) {
    this.readings = readings;
  }

  /** What came of it. */
  sealed interface Plan {
    /** It must not be; all that is wrong. */
    record Refused(List<Problem> problems) implements Plan {}

    /**
     * What is to be done.
     *
     * @param writes contents that are new or other ones
     * @param removals what is to go
     * @param differences the same for people; empty when there is nothing to do
     */
    record Ready(
        Map<ResourceKey, ByteString> writes,
        Set<ResourceKey> removals,
        List<Difference> differences)
        implements Plan {}
  }

  /** Compares what is with what is wanted. */
  Plan plan(Resources now, Desired desired) {
    List<Problem> problems = new ArrayList<>(desired.problems());
    Set<String> names = ResourceMessages.names(now);
    for (String name : desired.removed()) {
      if (!names.contains(name)) {
        problems.add(
            Told.problem(
                "unknown-service",
                "services." + name,
                "is to be removed, and is not in the catalog",
                "see what is: sallyport catalog show"));
      }
    }
    TreeMap<String, Service> result = new TreeMap<>();
    Set<String> gone = new HashSet<>();
    for (String name : names) {
      if (desired.services().containsKey(name)) {
        continue;
      }
      if (desired.whole() || desired.removed().contains(name)) {
        gone.add(name);
      } else if (readings.read(ResourceMessages.of(now, name))
          instanceof Reading.Read(Service service, var warnings)) {
        result.put(name, service);
      }
    }
    desired
        .services()
        .forEach((name, resource) -> {
          switch (readings.read(resource)) {
            case Reading.Read(Service service, var warnings) -> result.put(name, service);
            case Reading.Refused(var refused) ->
                refused.forEach(problem -> problems.add(Told.problem("bad-service", problem)));
          }
        });
    readings.keep(result.keySet());
    CatalogRules.violations(new Catalog(now.revision(), List.copyOf(result.values())))
        .forEach(violation -> problems.add(Told.problem("broken-rule", violation)));
    return problems.isEmpty()
        ? ready(now, desired.services().keySet(), result, gone)
        : new Plan.Refused(problems);
  }

  private Plan ready(
      Resources now, Set<String> written, Map<String, Service> result, Set<String> gone) {
    ServiceCodec codec = readings.codec();
    Map<ResourceKey, ByteString> writes = new HashMap<>();
    Set<ResourceKey> removals = new HashSet<>();
    List<Difference> differences = new ArrayList<>();
    Set<String> touched = new java.util.TreeSet<>(written);
    touched.addAll(gone);
    for (String name : touched) {
      Resource before = ResourceMessages.of(now, name);
      ResourceKey service = ResourceKey.service(name);
      ResourceKey endpoints = ResourceKey.endpoints(name);
      Service wanted = gone.contains(name) ? null : result.get(name);
      if (wanted == null) {
        now.all().keySet().stream()
            .filter(key -> key.equals(service) || key.equals(endpoints))
            .forEach(removals::add);
        differences.add(ResourceMessages.difference(name, before, Resource.getDefaultInstance()));
        continue;
      }
      // Written anew, so that what means the same reads the same.
      Resource after =
          Resource.newBuilder()
              .setService(codec.service(wanted))
              .setEndpoints(codec.endpoints(wanted))
              .build();
      boolean other = write(now, service, after.getService().toByteString(), writes);
      boolean elsewhere = write(now, endpoints, after.getEndpoints().toByteString(), writes);
      if (other || elsewhere) {
        differences.add(ResourceMessages.difference(name, before, after));
      }
    }
    return new Plan.Ready(writes, removals, differences);
  }

  private static boolean write(
      Resources now, ResourceKey key, ByteString content, Map<ResourceKey, ByteString> writes) {
    var before = now.all().get(key);
    if (before != null && before.content().equals(content)) {
      return false;
    }
    writes.put(key, content);
    return true;
  }
}
