package io.sallyport.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.distribution.TestStrategies;
import io.sallyport.distribution.catalog.CatalogReader;
import io.sallyport.distribution.catalog.CatalogResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoCatalogTest {
  @Test
  void firstCatalogIsTheSeedAtASmallScale() {
    Catalog catalog = read(DemoCatalog.text(DemoService.FIRST, List.of(1, 1, 1)));
    assertThat(catalog.services()).extracting(Service::id).containsExactly("icr", "us", "jp", "de");
    Service icr = catalog.services().getFirst();
    assertThat(icr.names()).extracting(HostName::text).containsExactly("icr.io", "cp.icr.io");
    assertThat(icr.address().getHostAddress()).isEqualTo("127.20.0.7");
    assertThat(icr.ports())
        .hasSize(2)
        .allSatisfy(port -> {
          assertThat(port.health().interval()).isEqualTo(Duration.ofSeconds(60));
          assertThat(port.onDown()).isEqualTo(OnDown.CLOSE_SESSIONS);
          assertThat(port.endpoints())
              .extracting(Endpoint::host)
              .containsExactly("127.20.1.7", "127.20.2.7", "127.20.3.7");
          assertThat(port.endpoints()).extracting(Endpoint::zone).containsExactly("z1", "z2", "z3");
        });
  }

  @Test
  void laterCatalogAddsAServiceAndWeighsTheZones() {
    List<DemoService> services = new ArrayList<>(DemoService.FIRST);
    services.add(DemoService.LATER);
    Catalog catalog = read(DemoCatalog.text(services, List.of(3, 1, 1)));
    assertThat(catalog.services()).hasSize(5);
    assertThat(catalog.services())
        .allSatisfy(service ->
            assertThat(service.ports().getFirst().endpoints())
                .extracting(Endpoint::weight)
                .containsExactly(3, 1, 1));
  }

  private static Catalog read(String text) {
    CatalogReader reader = new CatalogReader(TestStrategies.balancers(), TestStrategies.checks());
    CatalogResult result = reader.read("demo.conf", text, new Revision(1, 1));
    assertThat(result).isInstanceOf(CatalogResult.Read.class);
    CatalogResult.Read read = (CatalogResult.Read) result;
    assertThat(read.warnings()).isEmpty();
    return read.catalog();
  }
}
