package io.sallyport.control.operate;

import com.google.protobuf.ByteString;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.source.CatalogLanguage.Reading;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.v1.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads services, and remembers those that it has read: of a large catalog, a change touches few,
 * and the rules look at all. Any thread.
 */
final class ServiceReadings {
  private final ServiceCodec codec;
  private final Map<String, Known> known = new HashMap<>();

  /**
   * A service that was read.
   *
   * @param definition the message without its endpoints
   * @param endpoints the message of its endpoints
   * @param bare the service without its endpoints
   * @param reading what came of the whole
   */
  private record Known(
      ByteString definition, ByteString endpoints, Service bare, Reading reading) {}

  ServiceReadings(ServiceCodec codec) {
    this.codec = codec;
  }

  /** Writes them. */
  ServiceCodec codec() {
    return codec;
  }

  /** What comes of reading a service. */
  synchronized Reading read(Resource resource) {
    String name = resource.getService().getName();
    ByteString definition = resource.getService().toByteString();
    ByteString endpoints = resource.getEndpoints().toByteString();
    Known before = known.get(name);
    Service bare = bare(before, definition);
    if (before != null && bare != null && before.endpoints().equals(endpoints)) {
      return before.reading();
    }
    if (bare == null) {
      switch (codec.read(resource.getService())) {
        case Reading.Read(Service read, var warnings) -> bare = read;
        case Reading.Refused refused -> {
          return refused;
        }
      }
    }
    Reading whole = codec.whole(bare, resource.getEndpoints());
    known.put(name, new Known(definition, endpoints, bare, whole));
    return whole;
  }

  /** Forgets all but these. */
  synchronized void keep(Set<String> names) {
    known.keySet().retainAll(names);
  }

  private static @Nullable Service bare(@Nullable Known before, ByteString definition) {
    return before != null && before.definition().equals(definition) ? before.bare() : null;
  }
}
