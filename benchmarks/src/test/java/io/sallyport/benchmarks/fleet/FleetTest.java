package io.sallyport.benchmarks.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.source.CatalogLanguage.Reading;
import io.sallyport.api.source.NodeEffect.Step;
import io.sallyport.benchmarks.fleet.FleetFigures.Figure;
import io.sallyport.benchmarks.process.ProcessFaultException;
import io.sallyport.control.v1.Resource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final FleetPlan PLAN = new FleetPlan(10, 8, 2, 3, 2, 1, 0, SOON, SOON);

  @Test
  void agentsHaveTheCommonServicesAndThoseOfTheirZone() {
    assertThat(PLAN.zone(4)).isEqualTo("zone-1").isEqualTo(PLAN.zone(7));
    assertThat(PLAN.each()).isEqualTo(4);
    FleetLanguage language = new FleetLanguage();
    String text = FleetCatalog.text(PLAN);
    assertThat(service(language, "service-1", text).nodes()).isEqualTo(NodeSelector.ALL);
    assertThat(service(language, "service-2", text).nodes().zones()).containsExactly("zone-2");
  }

  private static Service service(FleetLanguage language, String id, String text) {
    return ((Reading.Read) language.read(id, text)).service();
  }

  @Test
  void theCatalogIsReadAgainByTheFleetsOwnLanguageOnceForEachText() {
    FleetLanguage language = new FleetLanguage();
    String text = FleetCatalog.text(PLAN);

    Service service = service(language, "service-4", text);
    assertThat(service.names())
        .extracting(Object::toString)
        .containsExactly("service-4.fleet.example");
    assertThat(service.ports().getFirst().listen()).isEqualTo(443);
    assertThat(service.nodes().zones()).containsExactly("zone-1");
    assertThat(language.read("service-4", text)).isSameAs(language.read("service-4", text));
  }

  @Test
  void whatTheFleetCannotReadIsRefused() {
    Reading reading = new FleetLanguage().read("a", "services { a { address = 127.0.0.1 } }");

    assertThat(((Reading.Refused) reading).problems().getFirst().message())
        .startsWith("cannot be read by the simulated fleet: ")
        .contains("names");
  }

  @Test
  void aChangeMovesOneEndpointThereAndBack() {
    Resource.Builder service = Resource.newBuilder();
    var port = service.getEndpointsBuilder().addPortsBuilder();
    port.addEndpointsBuilder().setHost("10.0.0.1").setPort(443);
    port.addEndpointsBuilder().setHost("10.0.0.2").setPort(443);
    service.getServiceVersionBuilder().setNumber(3);

    Resource once = FleetCatalog.withOneEndpointChanged(service.build());
    assertThat(once.getEndpoints().getPorts(0).getEndpointsList())
        .extracting(endpoint -> endpoint.getPort())
        .containsExactly(8443, 443);
    assertThat(once.hasServiceVersion()).isFalse();
    assertThat(FleetCatalog.withOneEndpointChanged(once).getEndpoints())
        .isEqualTo(service.getEndpoints());
  }

  @Test
  void aNodeCountsOnceForEachStageOfAWave() {
    Effects effects = new Effects();
    SimulatedNode node = new SimulatedNode(catalog -> effects.of(catalog, "z"));
    Wave wave = new Wave(new Revision(1, 2), System.nanoTime(), 1);
    node.tell(wave);
    node.take(new Catalog(new Revision(1, 1), List.of()));
    node.effect();
    assertThatThrownBy(() -> wave.await(SOON))
        .isInstanceOf(ProcessFaultException.class)
        .hasMessage(
            "revision 1.2 is missing at 1 agents, and not effective at 1 agents, after 0 s");

    node.take(new Catalog(new Revision(1, 2), List.of()));
    node.take(new Catalog(new Revision(1, 2), List.of()));
    node.effect();
    wave.await(SOON);

    assertThat(wave.acceptedMillis()).hasSize(1);
    assertThat(wave.effectiveMillis()[0]).isGreaterThanOrEqualTo(wave.acceptedMillis()[0]);
  }

  @Test
  void allOfACatalogServesAndEndpointsAreUp() {
    Service service = service(new FleetLanguage(), "service-0", FleetCatalog.text(PLAN));
    var effect = new Effects().of(new Catalog(new Revision(1, 1), List.of(service)), "zone-0");

    assertThat(effect.services()).extracting(each -> each.reached()).containsOnly(Step.PUBLISH);
    assertThat(effect.services().getFirst().endpoints()).hasSize(1);
  }

  @Test
  void quantilesAreFiguresThatWereMeasured() {
    List<Double> figures = IntStream.rangeClosed(1, 200).mapToObj(i -> (double) i).toList();

    assertThat(Quantiles.of(figures)).isEqualTo(new Quantiles(200, 100, 198, 200));
    assertThat(Quantiles.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Quantiles(3, 2, 3, 3));
    assertThatThrownBy(() -> Quantiles.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no figures, so no median");
  }

  @Test
  void theReportIsForPeopleAndForPrograms() {
    FleetFigures figures = new FleetFigures();
    Figure figure = new Figure("bytes", "bytes per agent", "B");
    figures.add(figure, 10);
    figures.add(figure, 20);
    figures.remark("Noisy.");
    FleetReport report = new FleetReport(new LinkedHashMap<>(Map.of("date", "today")), figures);

    assertThat(report.markdown())
        .contains("| date | today |", "| bytes per agent | B | 10 | 20 | 20 | 2 |", "- Noisy.");
    assertThat(report.json().replaceAll("\\s", ""))
        .contains("\"id\":\"bytes\"", "\"median\":10", "\"values\":[10");
  }
}
