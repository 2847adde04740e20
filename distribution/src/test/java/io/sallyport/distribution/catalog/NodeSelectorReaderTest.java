package io.sallyport.distribution.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Locality;
import io.sallyport.api.catalog.NodeIdentity;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeSelectorReaderTest {
  private static final String TWO_ZONES =
      """
      services {
        icr-z1 {
          address = 127.20.0.1
          names = [icr.io]
          ports = [{ listen = 443, route { by = sni } }]
          endpoints = [z1.example]
          nodes { zones = [z1] }
        }
        icr-z2 {
          address = 127.20.0.1
          names = [icr.io]
          ports = [443]
          endpoints = [z2.example]
          nodes { zones = z2, regions = [eu], labels { role = [worker, edge], "a/b" = "1" } }
        }
        everywhere { address = 127.20.0.2, ports = [443], endpoints = [x.example] }
      }
      """;

  @Test
  void serviceIsMeantForTheNodesThatItSelects() {
    Catalog catalog = read(TWO_ZONES);

    assertThat(catalog.services())
        .extracting(Service::nodes)
        .containsExactly(
            new NodeSelector(Set.of(), Set.of(), Set.of("z1"), Map.of()),
            new NodeSelector(
                Set.of(),
                Set.of("eu"),
                Set.of("z2"),
                Map.of("role", Set.of("worker", "edge"), "a/b", Set.of("1"))),
            NodeSelector.ALL);
    assertThat(meantFor(catalog, node("z1", Map.of()))).containsExactly("icr-z1", "everywhere");
    assertThat(meantFor(catalog, node("z2", Map.of("role", "edge", "a/b", "1"))))
        .containsExactly("icr-z2", "everywhere");
    assertThat(meantFor(catalog, node("z2", Map.of("role", "edge")))).containsExactly("everywhere");
    assertThat(meantFor(catalog, NodeIdentity.UNKNOWN)).containsExactly("everywhere");
  }

  @Test
  void servicesOfOneNodeOrAnotherMayHaveTheSameNamesAndListeners() {
    assertThat(read(TWO_ZONES).services()).hasSize(3);
  }

  private static NodeIdentity node(String zone, Map<String, String> labels) {
    return new NodeIdentity("n1", new Locality("eu", zone), labels);
  }

  private static List<String> meantFor(Catalog catalog, NodeIdentity node) {
    return catalog.meantFor(node).services().stream().map(Service::id).toList();
  }

  private static Catalog read(String text) {
    CatalogResult result = TestStrategies.reader().read("catalog.conf", text, Revision.NONE);
    assertThat(result).as("%s", result).isInstanceOf(CatalogResult.Read.class);
    return ((CatalogResult.Read) result).catalog();
  }
}
