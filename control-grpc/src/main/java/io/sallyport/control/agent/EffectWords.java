package io.sallyport.control.agent;

import io.sallyport.api.source.NodeEffect;
import io.sallyport.api.source.NodeEffect.EndpointEffect;
import io.sallyport.api.source.NodeEffect.ServiceEffect;
import io.sallyport.control.resource.Revisions;
import io.sallyport.control.v1.EndpointState;
import io.sallyport.control.v1.Problem;
import io.sallyport.control.v1.ServiceAck;
import io.sallyport.control.v1.ServiceState;
import io.sallyport.control.v1.Serving;
import io.sallyport.control.v1.Step;

/** What serves on a node, in the protocol's words. Pure. */
final class EffectWords {
  private EffectWords() {}

  /** A service's state. */
  static ServiceState state(ServiceEffect effect, Held held) {
    ServiceState.Builder state =
        ServiceState.newBuilder()
            .setService(effect.id())
            .setVersion(Revisions.message(held.version()))
            .setReached(step(effect.reached()))
            .setSessions(effect.activeSessions())
            .setFailedSessions(effect.failedSessions());
    effect.endpoints().forEach(endpoint -> state.addEndpoints(endpoint(endpoint)));
    if (effect.stuck()) {
      state.addProblems(problem(effect));
    }
    return state.build();
  }

  /** How a service that was accepted has ended: it serves, or is stuck. */
  static ServiceAck ack(ServiceEffect effect, Held held) {
    ServiceAck.Builder ack =
        ServiceAck.newBuilder()
            .setService(effect.id())
            .setVersion(Revisions.message(held.version()));
    if (effect.reached() == NodeEffect.Step.PUBLISH) {
      return ack.setServing(Serving.getDefaultInstance()).build();
    }
    ack.getNotServingBuilder().setStep(next(effect.reached())).addProblems(problem(effect));
    return ack.build();
  }

  private static Problem problem(ServiceEffect effect) {
    String code =
        switch (effect.reached()) {
          case NONE -> "address-not-owned";
          case ADDRESS -> "listen-failed";
          case LISTEN -> "no-healthy-endpoint";
          case PROBE, PUBLISH -> "names-not-published";
        };
    return Judge.problem(code, "", effect.reason());
  }

  private static Step step(NodeEffect.Step reached) {
    return switch (reached) {
      case NONE -> Step.STEP_RESOLVE;
      case ADDRESS -> Step.STEP_ADDRESS;
      case LISTEN -> Step.STEP_LISTEN;
      case PROBE -> Step.STEP_PROBE;
      case PUBLISH -> Step.STEP_PUBLISH;
    };
  }

  private static Step next(NodeEffect.Step reached) {
    return switch (reached) {
      case NONE -> Step.STEP_ADDRESS;
      case ADDRESS -> Step.STEP_LISTEN;
      case LISTEN -> Step.STEP_PROBE;
      case PROBE, PUBLISH -> Step.STEP_PUBLISH;
    };
  }

  private static EndpointState endpoint(EndpointEffect endpoint) {
    return EndpointState.newBuilder()
        .setName(endpoint.name())
        .setListen(endpoint.listen())
        .setHealth(
            switch (endpoint.health()) {
              case UNKNOWN -> EndpointState.Health.HEALTH_UNKNOWN;
              case UP -> EndpointState.Health.HEALTH_UP;
              case DOWN -> EndpointState.Health.HEALTH_DOWN;
              case DRAINING -> EndpointState.Health.HEALTH_DRAINING;
            })
        .setLastCheck(endpoint.lastCheck())
        .build();
  }
}
