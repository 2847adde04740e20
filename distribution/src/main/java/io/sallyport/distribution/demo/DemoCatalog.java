package io.sallyport.distribution.demo;

import java.util.List;

/** The demo's catalog, written as an operator would. */
final class DemoCatalog {
  private DemoCatalog() {}

  /**
   * The catalog's text.
   *
   * @param weights the weight of each zone, zone 1 first
   */
  static String text(List<DemoService> services, List<Integer> weights) {
    StringBuilder text =
        new StringBuilder(
            """
            # A healthy endpoint is probed once a minute, as on the node that this demo is modelled on.
            # What is quicker comes from live sessions, and from probes that follow what they saw.
            defaults {
              health-check {
                type = tcp, interval = 60s, fast-interval = 200ms, down-interval = 500ms
                timeout = 500ms, rise = 3, fall = 3
              }
              on-down = close-sessions
              on-up = close-backup-sessions
            }
            services {
            """);
    for (DemoService service : services) {
      text.append("  ").append(service.id()).append(" {\n");
      text.append("    names = [").append(String.join(", ", service.names())).append("]\n");
      text.append("    address = ").append(service.address()).append('\n');
      text.append("    ports = ").append(service.ports()).append('\n');
      text.append("    endpoints = [\n");
      for (int i = 0; i < weights.size(); i++) {
        int zone = i + 1;
        text.append("      { name = z").append(zone).append("-1.private.").append(service.id());
        text.append(", zone = z").append(zone);
        text.append(", host = ").append(service.endpoint(zone));
        text.append(", weight = ").append(weights.get(i)).append(" }\n");
      }
      text.append("    ]\n  }\n");
    }
    return text.append("}\n").toString();
  }
}
