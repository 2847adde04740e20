package io.sallyport.distribution.node;

import io.sallyport.api.catalog.Revision;
import io.sallyport.api.source.NodeEffect;
import io.sallyport.api.source.NodeEffect.EndpointEffect;
import io.sallyport.api.source.NodeEffect.Health;
import io.sallyport.api.source.NodeEffect.ServiceEffect;
import io.sallyport.api.source.NodeEffect.Step;
import io.sallyport.engine.status.EndpointStatus;
import io.sallyport.engine.status.InjectorStatus;
import io.sallyport.engine.status.ListenerStatus;
import io.sallyport.engine.status.NodeStatus;
import io.sallyport.engine.status.ServiceStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The engine's status as what a catalog source is told of the effect. Pure. */
final class Effects {
  private Effects() {}

  static NodeEffect of(NodeStatus status) {
    List<String> drift =
        status.injectors().stream()
            .filter(injector -> !injector.note().isEmpty())
            .map(Effects::note)
            .toList();
    Set<String> told = new HashSet<>(drift);
    return new NodeEffect(
        revision(status.revision()),
        status.services().stream().flatMap(service -> of(service).stream()).toList(),
        status.activeSessions(),
        status.totalSessions(),
        status.failedSessions(),
        drift,
        status.faults().stream().filter(fault -> !told.contains(fault)).toList());
  }

  /** As the engine's faults have it, so that each is told once. */
  private static String note(InjectorStatus injector) {
    return "injector " + injector.type() + ": " + injector.note();
  }

  private static Revision revision(String text) {
    int dot = text.indexOf('.');
    return new Revision(
        Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
  }

  /** Nothing for a service that is no longer declared. */
  private static Optional<ServiceEffect> of(ServiceStatus service) {
    Step reached =
        switch (service.phase()) {
          case "opening" -> Step.ADDRESS;
          case "probing" -> Step.LISTEN;
          case "serving" ->
              service.names().isEmpty() || service.namesPublished() ? Step.PUBLISH : Step.PROBE;
          case "owning-address", "failed" -> Step.NONE;
          default -> null;
        };
    if (reached == null) {
      return Optional.empty();
    }
    String reason = service.reason();
    Optional<ListenerStatus> shut =
        service.listeners().stream()
            .filter(listener -> listener.state().equals("failed"))
            .findFirst();
    if (shut.isPresent() && reached.compareTo(Step.ADDRESS) > 0) {
      reached = Step.ADDRESS;
      reason = "port " + shut.get().port() + ": " + shut.get().reason();
    }
    if (!service.addressOwned() && reached.compareTo(Step.NONE) > 0) {
      reached = Step.NONE;
      reason = reason.isEmpty() ? "its address is not in place" : reason;
    }
    List<EndpointEffect> endpoints = new ArrayList<>();
    for (ListenerStatus listener : service.listeners()) {
      if (!listener.state().equals("closed")) {
        listener.endpoints().forEach(e -> endpoints.add(of(listener.port(), e)));
      }
    }
    return Optional.of(
        new ServiceEffect(
            service.id(),
            reached,
            reason,
            !reason.isEmpty(),
            service.listeners().stream().mapToInt(ListenerStatus::activeSessions).sum(),
            service.listeners().stream().mapToLong(ListenerStatus::failedSessions).sum(),
            endpoints));
  }

  private static EndpointEffect of(int listen, EndpointStatus endpoint) {
    Health health;
    if (!endpoint.mode().equals("enabled")) {
      health = Health.DRAINING;
    } else if (!endpoint.up()) {
      health = Health.DOWN;
    } else if (endpoint.proven() || endpoint.health().equals("unchecked")) {
      health = Health.UP;
    } else {
      health = Health.UNKNOWN;
    }
    return new EndpointEffect(listen, endpoint.name(), health, endpoint.lastCheck());
  }
}
