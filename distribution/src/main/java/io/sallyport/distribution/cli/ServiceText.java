package io.sallyport.distribution.cli;

import io.sallyport.api.catalog.Catalog;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.Revision;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.distribution.catalog.CatalogWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A service as lines that people compare: the catalog's text, and each endpoint in a line. */
final class ServiceText {
  private static final String STAND_IN = "stand-in.invalid";
  private static final String INDENT = "    ";

  private final CatalogWriter writer;

  ServiceText(CatalogWriter writer) {
    this.writer = writer;
  }

  List<String> lines(Service service) {
    List<ServicePort> bare =
        service.ports().stream().map(port -> port.with(List.of(standIn(port)))).toList();
    List<String> lines = new ArrayList<>();
    writer
        .text(new Catalog(Revision.NONE, List.of(service.with(bare))), List.of())
        .lines()
        // The service's own lines; those around them are the same for every one.
        .filter(line -> line.startsWith(INDENT) && !line.contains(STAND_IN))
        .map(line -> line.substring(INDENT.length()))
        .forEach(lines::add);
    for (ServicePort port : service.ports()) {
      port.endpoints().forEach(endpoint -> lines.add(line(port, endpoint)));
    }
    return lines;
  }

  private static Endpoint standIn(ServicePort port) {
    return new Endpoint(
        STAND_IN, STAND_IN, port.listen(), "", 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true);
  }

  private static String line(ServicePort port, Endpoint endpoint) {
    StringBuilder line = new StringBuilder();
    line.append("port ").append(port.listen()).append(" to ");
    line.append(endpoint.host().indexOf(':') < 0 ? endpoint.host() : "[" + endpoint.host() + "]");
    line.append(':').append(endpoint.port());
    if (!endpoint.name().equals(endpoint.host())) {
      line.append(", name ").append(endpoint.name());
    }
    if (!endpoint.region().isEmpty()) {
      line.append(", region ").append(endpoint.region());
    }
    if (!endpoint.zone().isEmpty()) {
      line.append(", zone ").append(endpoint.zone());
    }
    if (endpoint.weight() != 1) {
      line.append(", weight ").append(endpoint.weight());
    }
    if (endpoint.maxSessions() != 0) {
      line.append(", at most ").append(endpoint.maxSessions()).append(" sessions");
    }
    if (endpoint.role() != EndpointRole.PRIMARY) {
      line.append(", ").append(endpoint.role().name().toLowerCase(Locale.ROOT));
    }
    if (endpoint.mode() != EndpointMode.ENABLED) {
      line.append(", ").append(endpoint.mode().name().toLowerCase(Locale.ROOT));
    }
    if (!endpoint.checked()) {
      line.append(", not checked");
    }
    return line.toString();
  }
}
