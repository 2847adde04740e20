package io.sallyport.control.operate;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sallyport.control.resource.ResourceKey;
import io.sallyport.control.resource.Resources;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.store.StoreException;
import io.sallyport.control.v1.CatalogPart;
import io.sallyport.control.v1.Difference;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.Resource;
import io.sallyport.control.v1.Service;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Stored resources as the messages that operators see, and what lies between two catalogs. */
final class ResourceMessages {
  private static final int PART_BYTES = 512 * 1024;

  private ResourceMessages() {}

  /** A service of a catalog; empty where there is none. */
  static Resource of(Resources catalog, String service) {
    Resource.Builder message = Resource.newBuilder();
    try {
      var own = catalog.all().get(ResourceKey.service(service));
      if (own != null) {
        message
            .setService(Service.parseFrom(own.content()))
            .setServiceVersion(Revisions.message(own.version()));
      }
      var endpoints = catalog.all().get(ResourceKey.endpoints(service));
      if (endpoints != null) {
        message
            .setEndpoints(Endpoints.parseFrom(endpoints.content()))
            .setEndpointsVersion(Revisions.message(endpoints.version()));
      }
    } catch (InvalidProtocolBufferException broken) {
      throw new StoreException("what is stored of service " + service + " is broken", broken);
    }
    return message.build();
  }

  /** The names of a catalog's services, in order. */
  static Set<String> names(Resources catalog) {
    Set<String> names = new TreeSet<>();
    catalog.all().keySet().forEach(key -> names.add(key.service()));
    return names;
  }

  /** The services that are not the same in two catalogs, in order. */
  static Set<String> differing(Resources before, Resources after) {
    Set<String> names = new TreeSet<>(names(before));
    names.addAll(names(after));
    names.removeIf(name ->
        !differs(before, after, ResourceKey.service(name))
            && !differs(before, after, ResourceKey.endpoints(name)));
    return names;
  }

  /** What lies between two catalogs, of these services. */
  static List<Difference> differences(Set<String> names, Resources before, Resources after) {
    List<Difference> differences = new ArrayList<>();
    for (String name : names) {
      differences.add(difference(name, of(before, name), of(after, name)));
    }
    return differences;
  }

  /** What happens to one service. */
  static Difference difference(String name, Resource before, Resource after) {
    Difference.Builder difference = Difference.newBuilder().setService(name);
    if (before.hasService()) {
      difference.setBefore(before);
    }
    if (after.hasService()) {
      difference.setAfter(after);
    }
    return difference
        .setKind(
            !before.hasService()
                ? Difference.Kind.KIND_ADDED
                : after.hasService() ? Difference.Kind.KIND_CHANGED : Difference.Kind.KIND_REMOVED)
        .build();
  }

  /** A catalog in parts that fit into messages; they are made one by one. */
  static Iterator<CatalogPart> parts(Resources catalog) {
    Iterator<String> names = names(catalog).iterator();
    return new Iterator<>() {
      private boolean begun;

      @Override
      public boolean hasNext() {
        return !begun || names.hasNext();
      }

      @Override
      public CatalogPart next() {
        CatalogPart.Builder part = CatalogPart.newBuilder();
        if (!begun) {
          begun = true;
          part.setRevision(Revisions.message(catalog.revision()));
        }
        for (int bytes = 0; bytes < PART_BYTES && names.hasNext(); ) {
          Resource resource = of(catalog, names.next());
          part.addResources(resource);
          bytes += resource.getSerializedSize();
        }
        return part.build();
      }
    };
  }

  private static boolean differs(Resources before, Resources after, ResourceKey key) {
    return !Objects.equals(content(before, key), content(after, key));
  }

  private static @Nullable Object content(Resources catalog, ResourceKey key) {
    var resource = catalog.all().get(key);
    return resource == null ? null : resource.content();
  }
}
