package io.sallyport.benchmarks.fleet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.NodeSelector;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.Spreading;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.api.source.CatalogLanguage;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * As much of the catalog's language as the fleet's own catalog needs: names, address, ports, zones.
 * Each text is read once for all agents, which would each read it on a machine of their own. Any
 * thread.
 */
final class FleetLanguage implements CatalogLanguage {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Map<Text, Reading> readings = new ConcurrentHashMap<>();

  private record Nothing() {}

  private record Text(String id, String text) {}

  @Override
  public String text(Service service) {
    throw new UnsupportedOperationException("agents only read");
  }

  @Override
  public Reading read(String id, String text) {
    return readings.computeIfAbsent(new Text(id, text), unread -> parsed(id, text));
  }

  private static Reading parsed(String id, String text) {
    try {
      Config service =
          ConfigFactory.parseString(text).getConfig("services." + ConfigUtil.quoteString(id));
      NodeSelector nodes =
          service.hasPath("nodes.zones")
              ? new NodeSelector(
                  Set.of(), Set.of(), Set.copyOf(service.getStringList("nodes.zones")), Map.of())
              : NodeSelector.ALL;
      return new Reading.Read(
          new Service(
              id,
              service.getStringList("names").stream().map(HostName::new).toList(),
              InetAddress.ofLiteral(service.getString("address")),
              service.getList("ports").stream().map(FleetLanguage::port).toList(),
              nodes),
          List.of());
    } catch (ConfigException | ClassCastException | IllegalArgumentException broken) {
      return new Reading.Refused(
          List.of(
              new Problem(
                  Severity.ERROR,
                  Origin.UNKNOWN,
                  "services." + id,
                  "",
                  "cannot be read by the simulated fleet: " + broken.getMessage(),
                  "keep to names, address, ports and zones")));
    }
  }

  /** A number, as people write it, or with all of its settings, as the control plane sends it. */
  private static ServicePort port(ConfigValue port) {
    return port instanceof ConfigObject settings
        ? port(settings.toConfig().getInt("listen"))
        : port(((Number) port.unwrapped()).intValue());
  }

  private static ServicePort port(int listen) {
    return new ServicePort(
        listen,
        List.of(
            new Endpoint(
                "stand-in",
                "stand-in.invalid",
                1,
                "",
                1,
                EndpointRole.PRIMARY,
                EndpointMode.ENABLED,
                true)),
        new Strategy("round-robin", new Nothing()),
        Spreading.PLAIN,
        new HealthPolicy(
            new Strategy("tcp", new Nothing()),
            SECOND,
            SECOND,
            SECOND,
            SECOND,
            1,
            1,
            OptionalInt.empty()),
        new Timeouts(SECOND, SECOND, SECOND, SECOND, SECOND),
        new TcpOptions(SECOND, SECOND, 1, SECOND),
        1,
        0,
        OnDown.KEEP_SESSIONS,
        OnUp.KEEP_BACKUP_SESSIONS,
        AllDown.FAIL_OPEN);
  }
}
