package io.sallyport.control.resource;

import java.util.Comparator;

/**
 * Names one resource. Ordered by service, a service before its endpoints.
 *
 * @param service the service's key in the catalog
 * @param kind which of its two resources
 * @since 0.1
 */
public record ResourceKey(String service, Kind kind) implements Comparable<ResourceKey> {
  private static final Comparator<ResourceKey> ORDER =
      Comparator.comparing((ResourceKey key) -> key.service).thenComparing(key -> key.kind);

  /** The two resources of a service. */
  public enum Kind {
    /** All but its endpoints. */
    SERVICE,
    /** Its endpoints. */
    ENDPOINTS
  }

  /** A service's own resource. */
  public static ResourceKey service(String service) {
    return new ResourceKey(service, Kind.SERVICE);
  }

  /** A service's endpoints. */
  public static ResourceKey endpoints(String service) {
    return new ResourceKey(service, Kind.ENDPOINTS);
  }

  @Override
  public int compareTo(ResourceKey other) {
    return ORDER.compare(this, other);
  }
}
