package io.sallyport.engine.cluster;

import io.sallyport.api.catalog.EndpointMode;
import io.sallyport.api.catalog.ServicePort;
import io.sallyport.api.health.CheckResult;
import io.sallyport.engine.event.EngineEvent;
import io.sallyport.engine.event.EngineEvents;
import io.sallyport.engine.health.Health;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What a cluster tells of its endpoints.
 *
 * <p>Control loop only.
 */
final class ClusterNews {
  private final String service;
  private final Supplier<ServicePort> settings;
  private final EngineEvents events;

  ClusterNews(String service, Supplier<ServicePort> settings, EngineEvents events) {
    this.service = service;
    this.settings = settings;
    this.events = events;
  }

  /** Sessions go, or go no more, to endpoints that no check vouches for. */
  void failOpen(boolean open, String reason) {
    tell(new EngineEvent.FailOpen(service, port(), open, reason));
  }

  /** A check warns of something, or does no more. */
  void warned(Member member, String warning) {
    tell(new EngineEvent.EndpointWarned(service, port(), name(member), warning));
  }

  /** A check has moved an endpoint's health. */
  void checked(Member member, CheckResult result, Health after) {
    tell(
        new EngineEvent.HealthChanged(
            service, port(), name(member), member.backup(), result, after.text()));
  }

  /** New sessions avoid an endpoint, or do no more. */
  void avoided(String endpoint, boolean avoided, String reason) {
    tell(new EngineEvent.EndpointAvoided(service, port(), endpoint, avoided, reason));
  }

  /** A probe's result came too late to count. */
  void discarded(String endpoint, Duration late) {
    tell(new EngineEvent.ProbeDiscarded(service, port(), endpoint, late));
  }

  /** An endpoint asks for something else than before. */
  void advised(Member member, EndpointMode mode) {
    ClusterEndpoint endpoint = member.endpoint();
    tell(
        new EngineEvent.EndpointAdvised(
            service,
            port(),
            endpoint.name(),
            mode,
            endpoint.weight(),
            endpoint.advice().maxSessions().orElse(0)));
  }

  /**
   * An endpoint went up or down.
   *
   * @param sessions it had at that time
   * @param closed sessions that were closed for that
   */
  void verdict(
      Member member, boolean up, CheckResult reason, Members members, int sessions, int closed) {
    tell(
        new EngineEvent.VerdictChanged(
            service,
            port(),
            name(member),
            member.backup(),
            up,
            reason,
            members.healthy(false),
            members.healthy(true),
            sessions,
            closed));
  }

  /** An operator said something of an endpoint. */
  void ordered(Member member, EndpointMode said) {
    tell(new EngineEvent.EndpointOrdered(service, port(), name(member), said, member.mode()));
  }

  /** An endpoint is ejected, or is back. */
  void ejected(Member member, boolean ejected, Duration time, String reason) {
    tell(new EngineEvent.EndpointEjected(service, port(), name(member), ejected, time, reason));
  }

  private int port() {
    return settings.get().listen();
  }

  private static String name(Member member) {
    return member.endpoint().name();
  }

  private void tell(EngineEvent event) {
    events.happened(event);
  }
}
