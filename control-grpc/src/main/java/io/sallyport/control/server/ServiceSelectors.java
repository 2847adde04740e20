package io.sallyport.control.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.source.CatalogLanguage.Reading;
import io.sallyport.control.resource.Resource;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.v1.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For which nodes services are. Each version of a service is read once, and forgotten when no
 * catalog has it any more. One thread at a time.
 */
final class ServiceSelectors {
  private static final Logger log = LoggerFactory.getLogger(ServiceSelectors.class);

  private final ServiceCodec codec;
  private Map<Which, Meant> known = Map.of();

  ServiceSelectors(ServiceCodec codec) {
    this.codec = codec;
  }

  private record Which(String service, Revision version) {}

  /** Whom a service is for. */
  sealed interface Meant {
    /** Those that are selected. */
    record For(NodeSelector nodes) implements Meant {}

    /** The service cannot be read here, e.g. because it uses what only a newer version knows. */
    record Unreadable(String reason) implements Meant {}
  }

  /** Reads what is new in these catalogs, and forgets all but them. */
  void learn(List<Resources> catalogs) {
    Map<Which, Meant> next = new HashMap<>();
    for (Resources catalog : catalogs) {
      for (Resource resource : catalog.all().values()) {
        if (resource.key().kind() == ResourceKey.Kind.SERVICE) {
          next.computeIfAbsent(
              new Which(resource.key().service(), resource.version()),
              which -> {
                Meant before = known.get(which);
                return before == null ? read(resource) : before;
              });
        }
      }
    }
    known = next;
  }

  /** Whom a service of the catalogs is for. */
  Meant of(Resource service) {
    return Objects.requireNonNull(
        known.get(new Which(service.key().service(), service.version())), "not learnt");
  }

  private Meant read(Resource resource) {
    String service = resource.key().service();
    Meant meant = decode(resource);
    if (meant instanceof Meant.Unreadable(String reason)) {
      log.atError()
          .addKeyValue("service", service)
          .addKeyValue("version", resource.version())
          .log("cannot be read here, agents keep what they have of it: {}", reason);
    }
    return meant;
  }

  private Meant decode(Resource resource) {
    try {
      return switch (codec.read(Service.parseFrom(resource.content()))) {
        case Reading.Read(var service, var _) -> new Meant.For(service.nodes());
        case Reading.Refused(var problems) ->
            new Meant.Unreadable(
                problems.isEmpty() ? "no reason given" : problems.getFirst().toString());
      };
    } catch (InvalidProtocolBufferException broken) {
      return new Meant.Unreadable("it is no service: " + broken.getMessage());
    }
  }
}
