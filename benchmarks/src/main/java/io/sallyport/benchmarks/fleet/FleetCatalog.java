package io.sallyport.benchmarks.fleet;

import io.sallyport.control.v1.Endpoint;
import io.sallyport.control.v1.Resource;

/** The catalog of the fleet, and changes of it. Pure. */
final class FleetCatalog {
  private static final int PORT = 443;
  private static final int OTHER_PORT = 8_443;

  private FleetCatalog() {}

  static String name(int service) {
    return "service-" + service;
  }

  /** In HOCON, as an operator writes it. */
  static String text(FleetPlan plan) {
    StringBuilder text = new StringBuilder("services {\n");
    for (int service = 0; service < plan.services(); service++) {
      text.append("  ").append(name(service)).append(" {\n");
      text.append("    names = [").append(name(service)).append(".fleet.example]\n");
      text.append("    address = 127.80.").append(service / 250).append('.');
      text.append(1 + service % 250).append('\n');
      text.append("    ports = [").append(PORT).append("]\n    endpoints = [");
      for (int endpoint = 0; endpoint < plan.endpoints(); endpoint++) {
        text.append(endpoint == 0 ? "" : ", ").append('"').append("10.");
        text.append(endpoint).append('.').append(service / 250).append('.');
        text.append(1 + service % 250).append(":443\"");
      }
      text.append("]\n");
      if (service >= plan.common()) {
        text.append("    nodes { zones = [").append(plan.zone(service)).append("] }\n");
      }
      text.append("  }\n");
    }
    return text.append("}\n").toString();
  }

  /** The same service, with its first endpoint on another port. */
  static Resource withOneEndpointChanged(Resource service) {
    Resource.Builder changed = service.toBuilder().clearServiceVersion().clearEndpointsVersion();
    Endpoint.Builder first =
        changed.getEndpointsBuilder().getPortsBuilder(0).getEndpointsBuilder(0);
    first.setPort(first.getPort() == PORT ? OTHER_PORT : PORT);
    return changed.build();
  }
}
