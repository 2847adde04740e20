package io.sallyport.api.catalog;

import java.util.List;
import java.util.Objects;

/**
 * All services an operator declares, at one revision.
 *
 * @param revision its place in time
 * @param services in the order of their declaration
 * @since 0.1
 */
public record Catalog(Revision revision, List<Service> services) {
  /** A catalog without services, before every other. */
  public static final Catalog EMPTY = new Catalog(Revision.NONE, List.of());

  /** Copies the services. */
  public Catalog {
    Objects.requireNonNull(revision, "revision");
    services = List.copyOf(services);
  }

  /** The part of it that is meant for a node. */
  public Catalog meantFor(NodeIdentity node) {
    List<Service> meant =
        services.stream().filter(service -> service.nodes().selects(node)).toList();
    return meant.size() == services.size() ? this : new Catalog(revision, meant);
  }
}
