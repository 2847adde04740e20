package io.sallyport.distribution;

import io.sallyport.distribution.status.AgentStatus;
import io.sallyport.distribution.status.CatalogStatus;
import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Statuses as an agent would tell them. */
public final class TestStatus {
  public static final Instant STARTED = Instant.parse("2026-11-23T00:00:00Z");
  public static final Instant NOW = Instant.parse("2026-11-23T03:12:05Z");

  private TestStatus() {}

  public static AgentStatus oneServiceWithADeadZone() {
    return AgentStatus.of(
        "0.1.0",
        4711,
        List.of(),
        followed(),
        node(List.of("icr:443: endpoint z2 is down: Layer4 timeout")));
  }

  public static AgentStatus allWell() {
    return AgentStatus.of("0.1.0", 4711, List.of(), followed(), node(List.of()));
  }

  public static CatalogStatus followed() {
    return new CatalogStatus(
        "/etc/sallyport/catalog.conf",
        CatalogStatus.FOLLOWED,
        STARTED,
        false,
        "1.4",
        Instant.parse("2026-11-23T03:10:00Z"),
        List.of(),
        List.of());
  }

  public static CatalogStatus refused() {
    return new CatalogStatus(
        "/etc/sallyport/catalog.conf",
        CatalogStatus.REFUSED,
        NOW,
        false,
        "1.4",
        Instant.parse("2026-11-23T03:10:00Z"),
        List.of(
            "/etc/sallyport/catalog.conf:12: services.icr.adress: unknown key; did you mean"
                + " \"address\"?"),
        List.of());
  }

  /** One whose first endpoint is left out. */
  public static AgentStatus ejected(Duration left) {
    return AgentStatus.of("0.1.0", 4711, List.of(), followed(), node(List.of(), left));
  }

  public static NodeStatus node(List<String> faults) {
    return node(faults, Duration.ZERO);
  }

  private static NodeStatus node(List<String> faults, Duration ejected) {
    return new NodeStatus(
        NOW,
        STARTED,
        "1.4",
        true,
        "epoll",
        2,
        17,
        90_231,
        2,
        List.of(
            new ServiceStatus(
                "icr",
                "serving",
                "",
                "172.20.0.7",
                true,
                List.of("icr.io", "cp.icr.io"),
                true,
                List.of(
                    new ListenerStatus(
                        "172.20.0.7",
                        443,
                        "open",
                        "",
                        17,
                        0,
                        90_231,
                        5_000_000_000L,
                        7_000_000_000L,
                        2,
                        false,
                        List.of(
                            endpoint("z1", "3/3 UP", true, "Layer4 check passed", 9, 0, ejected),
                            endpoint(
                                "z2",
                                "0/3 DOWN",
                                false,
                                "Layer4 timeout",
                                0,
                                3,
                                Duration.ZERO)))))),
        List.of(
            new InjectorStatus("loopback", "address", 1, 0, ""),
            new InjectorStatus("hosts-file", "name", 1, 0, "")),
        faults);
  }

  private static EndpointStatus endpoint(
      String zone,
      String health,
      boolean up,
      String lastCheck,
      int sessions,
      long failures,
      Duration ejected) {
    return new EndpointStatus(
        zone + "-1.private.icr.io",
        zone + "-1.private.icr.io",
        443,
        List.of(zone.equals("z1") ? "10.1.0.4" : "10.2.0.4"),
        zone,
        "primary",
        "enabled",
        "",
        1,
        health,
        up,
        true,
        false,
        ejected.toMillis(),
        lastCheck,
        sessions,
        50_000,
        failures,
        failures,
        0,
        0);
  }
}
