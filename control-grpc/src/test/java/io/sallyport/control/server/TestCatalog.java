package io.sallyport.control.server;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.api.source.CatalogLanguage;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.store.Head;
import io.sallyport.control.store.v1.Release;
import io.sallyport.control.v1.Endpoint;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.PortEndpoints;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Catalogs of services whose definitions are {@code <whatever>} or {@code zone=<zone> <whatever>},
 * or cannot be read when they begin with {@code broken}. Each change makes a revision.
 */
final class TestCatalog {
  static final CatalogLanguage LANGUAGE =
      new CatalogLanguage() {
        @Override
        public String text(Service service) {
          throw new UnsupportedOperationException("nobody writes");
        }

        @Override
        public Reading read(String id, String text) {
          if (text.startsWith("broken")) {
            return new Reading.Refused(
                List.of(
                    new Problem(Severity.ERROR, Origin.UNKNOWN, id, "", "is broken", "mend it")));
          }
          NodeSelector nodes =
              text.startsWith("zone=")
                  ? new NodeSelector(Set.of(), Set.of(), Set.of(zone(text)), Map.of())
                  : NodeSelector.ALL;
          return new Reading.Read(
              new Service(id, List.of(), InetAddress.getLoopbackAddress(), List.of(), nodes),
              List.of());
        }
      };

  private static String zone(String text) {
    int end = text.indexOf(' ');
    return text.substring("zone=".length(), end < 0 ? text.length() : end);
  }

  private Resources now = Resources.NONE;
  private Revision confirmed = Revision.NONE;
  private Optional<Head.RolloutUnderWay> release = Optional.empty();

  Revision revision() {
    return now.revision();
  }

  Head head() {
    return new Head(now, confirmed, release);
  }

  /** A service with one endpoint. */
  Head with(String service, String definition) {
    TreeMap<ResourceKey, Resource> all = new TreeMap<>(now.all());
    put(all, service, definition);
    putEndpoints(all, service, "10.0.0.1");
    return next(all);
  }

  Head services(int many, String definition) {
    TreeMap<ResourceKey, Resource> all = new TreeMap<>(now.all());
    for (int s = 0; s < many; s++) {
      put(all, "s%04d".formatted(s), definition);
      putEndpoints(all, "s%04d".formatted(s), "10.0.0.1");
    }
    return next(all);
  }

  Head endpoints(String service, String... hosts) {
    TreeMap<ResourceKey, Resource> all = new TreeMap<>(now.all());
    putEndpoints(all, service, hosts);
    return next(all);
  }

  Head without(String service) {
    TreeMap<ResourceKey, Resource> all = new TreeMap<>(now.all());
    all.remove(ResourceKey.service(service));
    all.remove(ResourceKey.endpoints(service));
    return next(all);
  }

  /** All removals so far are meant. */
  Head confirm() {
    confirmed = now.revision();
    return head();
  }

  /** What changes from now on goes to the stages only. */
  Head rollout(Release plan) {
    release = Optional.of(new Head.RolloutUnderWay(plan, now));
    return head();
  }

  Head stages(int begun) {
    release =
        release.map(under ->
            new Head.RolloutUnderWay(
                under.plan().toBuilder().setStages(begun).build(), under.stable()));
    return head();
  }

  /** The rollout is over; every node gets the newest. */
  Head end() {
    release = Optional.empty();
    return head();
  }

  /** A new revision with the content of an old one. */
  Head back(Resources to) {
    release = Optional.empty();
    TreeMap<ResourceKey, Resource> all = new TreeMap<>();
    to.all()
        .forEach((key, old) -> {
          Resource here = now.all().get(key);
          all.put(
              key,
              here != null && here.content().equals(old.content())
                  ? here
                  : new Resource(key, now.revision().next(), old.content()));
        });
    return next(all);
  }

  private Head next(SortedMap<ResourceKey, Resource> all) {
    now = new Resources(nextRevision(), all);
    return head();
  }

  private Revision nextRevision() {
    return new Revision(1, now.revision().number() + 1);
  }

  private void put(SortedMap<ResourceKey, Resource> all, String service, String definition) {
    ByteString content =
        io.sallyport.control.v1.Service.newBuilder()
            .setName(service)
            .setDefinition(definition)
            .build()
            .toByteString();
    ResourceKey key = ResourceKey.service(service);
    all.put(key, new Resource(key, nextRevision(), content));
  }

  private void putEndpoints(SortedMap<ResourceKey, Resource> all, String service, String... hosts) {
    PortEndpoints.Builder port = PortEndpoints.newBuilder().setListen(443);
    for (String host : hosts) {
      port.addEndpoints(
          Endpoint.newBuilder()
              .setHost(host)
              .setPort(443)
              .setWeight(1)
              .setRole(Endpoint.Role.ROLE_PRIMARY)
              .setMode(Endpoint.Mode.MODE_ENABLED));
    }
    ResourceKey key = ResourceKey.endpoints(service);
    all.put(
        key,
        new Resource(
            key,
            nextRevision(),
            Endpoints.newBuilder().setService(service).addPorts(port).build().toByteString()));
  }
}
