package io.sallyport.control.resource;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.catalog.Endpoint;
import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.EndpointRole;
import io.sallyport.api.catalog.Service;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.config.Origin;
import io.sallyport.api.config.Problem;
import io.sallyport.api.config.Severity;
import io.sallyport.api.source.CatalogLanguage;
import io.sallyport.api.source.CatalogLanguage.Reading;
import io.sallyport.control.v1.Endpoints;
import io.sallyport.control.v1.Locality;
import io.sallyport.control.v1.PortEndpoints;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Services as the two messages that stand for them, and back. Any thread.
 *
 * @since 0.1
 */
public final class ServiceCodec {
  private static final Endpoint STAND_IN =
      new Endpoint(
          "stand-in",
          "stand-in.invalid",
          1,
          "",
          1,
          EndpointRole.PRIMARY,
          EndpointMode.ENABLED,
          true);

  private final CatalogLanguage language;

  /** Makes a codec for the language that services are written in. */
  public ServiceCodec(CatalogLanguage language) {
    this.language = language;
  }

  /**
   * A service but for its endpoints.
   *
   * @throws IllegalArgumentException when a strategy has settings that the language cannot hold
   */
  public io.sallyport.control.v1.Service service(Service service) {
    List<ServicePort> bare =
        service.ports().stream().map(port -> port.with(List.of(STAND_IN))).toList();
    return io.sallyport.control.v1.Service.newBuilder()
        .setName(service.id())
        .setDefinition(language.text(service.with(bare)))
        .build();
  }

  /** A service's endpoints. */
  public Endpoints endpoints(Service service) {
    Endpoints.Builder all = Endpoints.newBuilder().setService(service.id());
    for (ServicePort port : service.ports()) {
      PortEndpoints.Builder behind = all.addPortsBuilder().setListen(port.listen());
      port.endpoints().forEach(endpoint -> behind.addEndpoints(message(endpoint)));
    }
    return all.build();
  }

  /** Reads a service but for its endpoints, which are stand-ins. Throws for nothing in it. */
  public Reading read(io.sallyport.control.v1.Service message) {
    return language.read(message.getName(), message.getDefinition());
  }

  /** Puts a service and its endpoints together. Throws for nothing in the message. */
  public Reading whole(Service bare, Endpoints message) {
    List<Problem> problems = new ArrayList<>();
    Map<Integer, List<Endpoint>> behind = new HashMap<>();
    for (int p = 0; p < message.getPortsCount(); p++) {
      PortEndpoints port = message.getPorts(p);
      String path = "services." + bare.id() + ".ports[" + p + "]";
      if (behind.putIfAbsent(port.getListen(), endpoints(port, path, problems)) != null) {
        problems.add(
            problem(path, String.valueOf(port.getListen()), "has its endpoints twice", "send one"));
      }
    }
    List<ServicePort> ports = new ArrayList<>();
    for (ServicePort port : bare.ports()) {
      List<Endpoint> endpoints = behind.remove(port.listen());
      if (endpoints == null) {
        problems.add(
            problem(
                "services." + bare.id() + ".ports",
                String.valueOf(port.listen()),
                "has no endpoints",
                "send the endpoints of every port"));
      } else {
        ports.add(port.with(endpoints));
      }
    }
    behind
        .keySet()
        .forEach(listen ->
            problems.add(
                problem(
                    "services." + bare.id() + ".ports",
                    String.valueOf(listen),
                    "has endpoints, and is no port of the service",
                    "send those of its ports")));
    return problems.isEmpty()
        ? new Reading.Read(bare.with(ports), List.of())
        : new Reading.Refused(problems);
  }

  private static io.sallyport.control.v1.Endpoint message(Endpoint endpoint) {
    io.sallyport.control.v1.Endpoint.Builder message =
        io.sallyport.control.v1.Endpoint.newBuilder()
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setWeight(endpoint.weight())
            .setMaxSessions(endpoint.maxSessions())
            .setRole(
                switch (endpoint.role()) {
                  case PRIMARY -> io.sallyport.control.v1.Endpoint.Role.ROLE_PRIMARY;
                  case BACKUP -> io.sallyport.control.v1.Endpoint.Role.ROLE_BACKUP;
                })
            .setMode(
                switch (endpoint.mode()) {
                  case ENABLED -> io.sallyport.control.v1.Endpoint.Mode.MODE_ENABLED;
                  case DRAIN -> io.sallyport.control.v1.Endpoint.Mode.MODE_DRAIN;
                  case MAINTENANCE -> io.sallyport.control.v1.Endpoint.Mode.MODE_MAINTENANCE;
                })
            .setUnchecked(!endpoint.checked());
    if (!endpoint.name().equals(endpoint.host())) {
      message.setName(endpoint.name());
    }
    if (!endpoint.region().isEmpty() || !endpoint.zone().isEmpty()) {
      message.setLocality(
          Locality.newBuilder().setRegion(endpoint.region()).setZone(endpoint.zone()));
    }
    endpoint.source().map(Addresses::text).ifPresent(message::setSourceAddress);
    return message.build();
  }

  private static List<Endpoint> endpoints(PortEndpoints port, String path, List<Problem> problems) {
    List<Endpoint> endpoints = new ArrayList<>(port.getEndpointsCount());
    for (int e = 0; e < port.getEndpointsCount(); e++) {
      io.sallyport.control.v1.Endpoint message = port.getEndpoints(e);
      try {
        endpoints.add(endpoint(message));
      } catch (IllegalArgumentException bad) {
        problems.add(
            problem(
                path + ".endpoints[" + e + "]",
                message.getHost(),
                "is not an endpoint: " + bad.getMessage(),
                "send what the protocol allows"));
      }
    }
    return endpoints;
  }

  private static Endpoint endpoint(io.sallyport.control.v1.Endpoint message) {
    if (message.getHost().isEmpty()) {
      throw new IllegalArgumentException("it has no host");
    }
    return new Endpoint(
        message.getName().isEmpty() ? message.getHost() : message.getName(),
        message.getHost(),
        message.getPort(),
        message.getLocality().getRegion(),
        message.getLocality().getZone(),
        message.getWeight(),
        message.getMaxSessions(),
        switch (message.getRole()) {
          case ROLE_PRIMARY -> EndpointRole.PRIMARY;
          case ROLE_BACKUP -> EndpointRole.BACKUP;
          case ROLE_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException("its role is not known here");
        },
        switch (message.getMode()) {
          case MODE_ENABLED -> EndpointMode.ENABLED;
          case MODE_DRAIN -> EndpointMode.DRAIN;
          case MODE_MAINTENANCE -> EndpointMode.MAINTENANCE;
          case MODE_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException("its mode is not known here");
        },
        !message.getUnchecked(),
        source(message.getSourceAddress()));
  }

  private static Optional<InetAddress> source(String text) {
    Optional<InetAddress> source = Addresses.literal(text);
    if (source.isEmpty() && !text.isEmpty()) {
      throw new IllegalArgumentException("its source address is none");
    }
    return source;
  }

  private static Problem problem(String path, String value, String message, String remedy) {
    return new Problem(Severity.ERROR, Origin.UNKNOWN, path, value, message, remedy);
  }
}
