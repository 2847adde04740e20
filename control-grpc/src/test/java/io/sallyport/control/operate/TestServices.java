package io.sallyport.control.operate;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.AllDown;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.HealthPolicy;
import io.sallyport.api.catalog.HostName;
import io.sallyport.api.catalog.OnDown;
import io.sallyport.api.catalog.OnUp;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.catalog.TcpOptions;
import io.sallyport.api.catalog.Timeouts;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.api.plugin.Strategy;
import io.sallyport.api.source.CatalogLanguage;
import io.sallyport.control.resource.ServiceCodec;
import io.sallyport.control.v1.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Services of one port, and a language of one line: {@code id|address|name|port}. */
public final class TestServices {
  /** Reads and writes that line. */
  public static final CatalogLanguage LANGUAGE =
      new CatalogLanguage() {
        @Override
        public String text(Service service) {
          return String.join(
              "|",
              service.id(),
              Addresses.text(service.address()),
              service.names().getFirst().text(),
              String.valueOf(service.ports().getFirst().listen()));
        }

        @Override
        public Reading read(String id, String text) {
          String[] parts = text.split("\\|", -1);
          if (parts.length != 4 || !parts[0].equals(id)) {
            return new Reading.Refused(
                List.of(
                    new Problem(
                        Severity.ERROR,
                        Origin.UNKNOWN,
                        "services." + id + ".address",
                        text,
                        "is not understood",
                        "write another one")));
          }
          return new Reading.Read(
              service(id, parts[1], parts[2], Integer.parseInt(parts[3]), "stand-in.invalid"),
              List.of());
        }
      };

  private static final ServiceCodec CODEC = new ServiceCodec(LANGUAGE);

  private record None() {}

  private TestServices() {}

  /** A service, named {@code <id>.example}, on port 443. */
  public static Service service(String id, String address, String... hosts) {
    return service(id, address, id + ".example", 443, hosts);
  }

  /** The same as it is sent. */
  public static Resource resource(String id, String address, String... hosts) {
    return resource(service(id, address, hosts));
  }

  /** A service as it is sent. */
  public static Resource resource(Service service) {
    return Resource.newBuilder()
        .setService(CODEC.service(service))
        .setEndpoints(CODEC.endpoints(service))
        .build();
  }

  private static Service service(
      String id, String address, String name, int port, String... hosts) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String host : hosts) {
      endpoints.add(
          new Endpoint(host, host, 443, "", 1, EndpointRole.PRIMARY, EndpointMode.ENABLED, true));
    }
    Duration second = Duration.ofSeconds(1);
    Strategy nothing = new Strategy("nothing", new None());
    return new Service(
        id,
        List.of(new HostName(name)),
        Addresses.literal(address).orElseThrow(),
        List.of(
            new ServicePort(
                port,
                endpoints,
                nothing,
                new HealthPolicy(
                    nothing, second, second, second, second, 1, 1, OptionalInt.empty()),
                new Timeouts(second, second, second, second, second),
                new TcpOptions(second, second, 1, second),
                1,
                0,
                OnDown.KEEP_SESSIONS,
                OnUp.KEEP_BACKUP_SESSIONS,
                AllDown.FAIL_OPEN)));
  }
}
