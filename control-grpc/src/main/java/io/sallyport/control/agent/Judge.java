package io.sallyport.control.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.CatalogRules;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Severity;
import io.sallyport.api.source.CatalogLanguage;
import io.sallyport.api.source.CatalogLanguage.Reading;
import io.sallyport.control.agent.Verdict.Rejection;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges a snapshot service by service: what is good is taken, what is bad leaves in force what the
 * node had of it, and says why. Of services that break the catalog's rules with others, those go
 * that came new. Used by one thread.
 */
final class Judge {
  private static final String SERVICES = "services.";

  private final ServiceCodec codec;
  private final NodeIdentity node;
  private final CaptureGuard guard;
  private final Claims claims = new Claims();

  /** What was read of services that are not in force, so that it is not read at every change. */
  private Map<String, Read> reads = new HashMap<>();

  /** A service's resources and what came of reading them. */
  private record Read(Resource service, Resource endpoints, Reading bare, Reading whole) {}

  Judge(CatalogLanguage language, NodeIdentity node, CaptureGuard guard) {
    this.codec = new ServiceCodec(language);
    this.node = node;
    this.guard = guard;
  }

  /**
   * Judges what has changed.
   *
   * @param received what was received of a resource
   * @param touched the services that have changed since what is in force was judged, have gone, or
   *     were rejected then
   * @param before what is in force
   * @param again whether what is in force already counts as accepted once more
   */
  Verdict verdict(
      Function<ResourceKey, Optional<Resource>> received,
      SortedSet<String> touched,
      SortedMap<String, Held> before,
      boolean again) {
    SortedMap<String, Rejection> rejected = new TreeMap<>();
    SortedMap<String, Held> changed = new TreeMap<>();
    SortedMap<String, Held> confirmed = new TreeMap<>();
    SortedSet<String> removed = new TreeSet<>();
    List<String> warnings = new ArrayList<>();
    Map<String, Read> read = new HashMap<>();
    for (String name : touched) {
      Optional<Resource> service = received.apply(ResourceKey.service(name));
      Held held = before.get(name);
      if (service.isPresent()) {
        Optional<Resource> endpoints = received.apply(ResourceKey.endpoints(name));
        if (held != null && asInForce(held, service.get(), endpoints)) {
          if (again) {
            confirmed.put(name, held);
          }
        } else {
          decode(service.get(), endpoints, held, read, rejected, changed, warnings);
        }
      } else if (held != null) {
        removed.add(name);
      }
    }
    reads = read;
    refuseBreakers(changed, removed, before, rejected);
    // What is in force already is to blame for nothing.
    changed.putAll(confirmed);
    return new Verdict(changed, rejected, removed, warnings);
  }

  private boolean asInForce(Held held, Resource service, Optional<Resource> endpoints) {
    return held.service().equals(service)
        && endpoints.filter(held.endpoints()::equals).isPresent()
        && guard.complaint(held.whole()).isEmpty();
  }

  private void decode(
      Resource service,
      Optional<Resource> sent,
      @Nullable Held held,
      Map<String, Read> read,
      SortedMap<String, Rejection> rejected,
      SortedMap<String, Held> changed,
      List<String> warnings) {
    String name = service.key().service();
    if (sent.isEmpty()) {
      rejected.put(
          name,
          new Rejection(
              service.version(),
              List.of(problem("no-endpoints", "", "its endpoints were not sent"))));
      return;
    }
    Resource endpoints = sent.get();
    Read now = read(service, endpoints, held);
    read.put(name, now);
    Revision version = Held.newer(service.version(), endpoints.version());
    switch (now.whole()) {
      case Reading.Refused(var problems) ->
          rejected.put(
              name,
              new Rejection(
                  version, problems.stream().map(p -> problem("invalid", name, p)).toList()));
      case Reading.Read(Service whole, var remarks) -> {
        Optional<Problem> unfit =
            whole.nodes().selects(node)
                ? guard.complaint(whole)
                : Optional.of(
                    problem(
                        "not-for-this-node",
                        "nodes",
                        "it is not meant for this node, "
                            + node.name()
                            + "; send it to those that it selects"));
        if (unfit.isPresent()) {
          rejected.put(name, new Rejection(version, List.of(unfit.get())));
        } else {
          Service bare = now.bare() instanceof Reading.Read(Service text, var more) ? text : whole;
          changed.put(name, new Held(service, endpoints, bare, whole));
          remarks.forEach(remark -> warnings.add("service " + name + ": " + remark.text()));
        }
      }
    }
  }

  private Read read(Resource service, Resource endpoints, @Nullable Held held) {
    Read last = reads.get(service.key().service());
    if (last != null && last.service().equals(service) && last.endpoints().equals(endpoints)) {
      return last;
    }
    Reading bare;
    if (held != null && held.service().equals(service)) {
      bare = new Reading.Read(held.bare(), List.of());
    } else if (last != null && last.service().equals(service)) {
      bare = last.bare();
    } else {
      bare = bare(service);
    }
    Reading whole =
        switch (bare) {
          case Reading.Refused refused -> refused;
          case Reading.Read(Service text, var warnings) -> whole(text, warnings, endpoints);
        };
    return new Read(service, endpoints, bare, whole);
  }

  private Reading bare(Resource service) {
    try {
      return codec.read(io.sallyport.control.v1.Service.parseFrom(service.content()));
    } catch (InvalidProtocolBufferException broken) {
      return new Reading.Refused(List.of(unreadable()));
    }
  }

  private Reading whole(
      Service bare, List<io.sallyport.api.config.Problem> warnings, Resource endpoints) {
    try {
      return switch (codec.whole(bare, Endpoints.parseFrom(endpoints.content()))) {
        case Reading.Refused refused -> refused;
        case Reading.Read(Service whole, var none) -> new Reading.Read(whole, warnings);
      };
    } catch (InvalidProtocolBufferException broken) {
      return new Reading.Refused(List.of(unreadable()));
    }
  }

  /**
   * Moves what breaks the rules from the changed to the rejected, until nothing does. What is in
   * force is in order by itself, so something that came new is always to blame.
   */
  private void refuseBreakers(
      SortedMap<String, Held> changed,
      SortedSet<String> removed,
      SortedMap<String, Held> before,
      SortedMap<String, Rejection> rejected) {
    if (goWithTheOthers(changed, before)) {
      return;
    }
    SortedMap<String, Held> others = new TreeMap<>(before);
    others.keySet().removeAll(removed);
    while (true) {
      Map<String, List<Problem>> blamed = new LinkedHashMap<>();
      List<io.sallyport.api.config.Problem> violations = violations(others, changed);
      if (violations.isEmpty()) {
        break;
      }
      for (io.sallyport.api.config.Problem violation : violations) {
        owner(violation.path(), changed)
            .ifPresent(name ->
                blamed
                    .computeIfAbsent(name, first -> new ArrayList<>())
                    .add(problem("breaks-rules", name, violation)));
      }
      if (blamed.isEmpty()) {
        // What was there before is the one that the rules name: each newcomer is tried alone,
        // without what the others were, which is to go.
        SortedMap<String, Held> rest = new TreeMap<>(others);
        rest.keySet().removeAll(changed.keySet());
        for (Map.Entry<String, Held> newcomer : changed.entrySet()) {
          List<io.sallyport.api.config.Problem> alone =
              violations(rest, new TreeMap<>(Map.of(newcomer.getKey(), newcomer.getValue())));
          if (!alone.isEmpty()) {
            blamed.put(
                newcomer.getKey(),
                alone.stream().map(p -> problem("breaks-rules", newcomer.getKey(), p)).toList());
          }
        }
      }
      if (blamed.isEmpty()) {
        changed
            .keySet()
            .forEach(name ->
                blamed.put(
                    name, List.of(problem("breaks-rules", "", "it does not go with the others"))));
      }
      if (blamed.isEmpty()) {
        break;
      }
      blamed.forEach((name, problems) -> {
        Held refused = changed.remove(name);
        if (refused != null) {
          rejected.put(name, new Rejection(refused.version(), problems));
        }
      });
    }
    // Whether this verdict is taken or not, nothing in force may be missing from the claims.
    claims.are(
        Stream.concat(before.values().stream(), changed.values().stream())
            .map(Held::whole)
            .toList());
  }

  /** Whether each is in order by itself, and cannot be in the way of any other. */
  private boolean goWithTheOthers(SortedMap<String, Held> changed, SortedMap<String, Held> before) {
    List<Service> services = new ArrayList<>(changed.size());
    for (Map.Entry<String, Held> entry : changed.entrySet()) {
      Service now = entry.getValue().whole();
      Held then = before.get(entry.getKey());
      if (then == null || !claims.asBefore(now, then.whole())) {
        return false;
      }
      services.add(now);
    }
    return CatalogRules.violations(new Catalog(Revision.NONE, services)).isEmpty();
  }

  private static List<io.sallyport.api.config.Problem> violations(
      SortedMap<String, Held> others, SortedMap<String, Held> changed) {
    List<Service> services = new ArrayList<>();
    others.forEach((name, held) -> {
      if (!changed.containsKey(name)) {
        services.add(held.whole());
      }
    });
    changed.values().forEach(held -> services.add(held.whole()));
    return CatalogRules.violations(new Catalog(Revision.NONE, services));
  }

  /** Whose a path is; ids may hold dots, so the longest that fits. */
  private static Optional<String> owner(String path, SortedMap<String, Held> among) {
    return among.keySet().stream()
        .filter(name -> inside(path, name).isPresent())
        .max(Comparator.comparingInt(String::length));
  }

  private static Optional<String> inside(String path, String service) {
    String prefix = SERVICES + service;
    if (!path.startsWith(prefix)) {
      return Optional.empty();
    }
    String rest = path.substring(prefix.length());
    if (rest.isEmpty()) {
      return Optional.of("");
    }
    return rest.charAt(0) == '.' ? Optional.of(rest.substring(1)) : Optional.empty();
  }

  private static io.sallyport.api.config.Problem unreadable() {
    return new io.sallyport.api.config.Problem(
        Severity.ERROR,
        Origin.UNKNOWN,
        "",
        "",
        "its message cannot be read",
        "send what the protocol says");
  }

  private static Problem problem(
      String code, String service, io.sallyport.api.config.Problem found) {
    String path = inside(found.path(), service).orElse(found.path());
    String value = found.value().isEmpty() ? "" : "\"" + found.value() + "\": ";
    String remedy = found.remedy().isEmpty() ? "" : "; " + found.remedy();
    return problem(code, path, value + found.message() + remedy);
  }

  static Problem problem(String code, String path, String message) {
    return Problem.newBuilder().setCode(code).setPath(path).setMessage(message).build();
  }
}
