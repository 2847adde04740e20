package io.sallyport.benchmarks.fleet;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.api.source.NodeEffect.EndpointEffect;
import io.sallyport.api.source.NodeEffect.Health;
import io.sallyport.api.source.NodeEffect.ServiceEffect;
import io.sallyport.api.source.NodeEffect.Step;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Says that everything serves; once for all nodes that have the same. Any thread. */
final class Effects {
  private static final int MOST = 64;

  private final Map<Of, NodeEffect> made = new ConcurrentHashMap<>();

  private record Of(Revision revision, String zone) {}

  /** Everything in the catalog of a zone serves, and is healthy. */
  NodeEffect of(Catalog catalog, String zone) {
    if (made.size() > MOST) {
      made.clear();
    }
    return made.computeIfAbsent(new Of(catalog.revision(), zone), none -> effect(catalog));
  }

  private static NodeEffect effect(Catalog catalog) {
    return new NodeEffect(
        catalog.revision(),
        catalog.services().stream().map(Effects::serves).toList(),
        0,
        0,
        0,
        List.of(),
        List.of());
  }

  private static ServiceEffect serves(Service service) {
    return new ServiceEffect(
        service.id(),
        Step.PUBLISH,
        "",
        false,
        0,
        0,
        service.ports().stream()
            .flatMap(port ->
                port.endpoints().stream()
                    .map(endpoint ->
                        new EndpointEffect(port.listen(), endpoint.name(), Health.UP, "")))
            .toList());
  }
}
