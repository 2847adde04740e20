package io.sallyport.plugins.health.agent;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbeOutcome;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Passes when the endpoint accepts a connection and its agent does not say that it is down. An
 * agent that cannot be asked is no reason to give an endpoint up, as with HAProxy; it is warned of.
 */
record AgentCheck(AgentSettings settings, HealthCheckContext context) implements HealthCheck {
  /** The agent has half of the probe's time at least. */
  private static final int SHARE = 2;

  private static final int MOST_BYTES = 1024;

  @Override
  public CompletionStage<CheckResult> check(CheckTarget target) {
    long started = context.ticker().nanos();
    return context
        .connector()
        .connect(target.address(), target.timeout().dividedBy(SHARE))
        .thenCompose(outcome ->
            switch (outcome) {
              case ProbeOutcome.Connected(var taken) -> ask(target, started);
              case ProbeOutcome.Refused(var taken, var info) ->
                  found(CheckStatus.LAYER4_CONNECTION_PROBLEM, taken, info);
              case ProbeOutcome.TimedOut(var taken) -> found(CheckStatus.LAYER4_TIMEOUT, taken, "");
              case ProbeOutcome.Unable(var taken, var info) ->
                  found(CheckStatus.SOCKET_ERROR, taken, info);
            });
  }

  private static CompletionStage<CheckResult> found(
      CheckStatus status, Duration taken, String info) {
    return CompletableFuture.completedFuture(CheckResult.of(status, taken, info));
  }

  private CompletionStage<CheckResult> ask(CheckTarget target, long started) {
    Duration left = target.timeout().minus(taken(started));
    return context
        .connector()
        .converse(
            new ProbeRequest(target.at(settings.agentPort()), left, MOST_BYTES, Optional.empty()),
            new Question())
        .thenApply(result -> believed(result).taking(taken(started)));
  }

  private CheckResult believed(CheckResult result) {
    return switch (result.status()) {
      case LAYER7_PASSED, LAYER7_WRONG_STATUS -> result;
      case LAYER4_PASSED,
          LAYER4_TIMEOUT,
          LAYER4_CONNECTION_PROBLEM,
          LAYER6_PASSED,
          LAYER6_TIMEOUT,
          LAYER6_INVALID_RESPONSE,
          LAYER7_TIMEOUT,
          LAYER7_INVALID_RESPONSE,
          EXTERNAL_PASSED,
          EXTERNAL_FAILED,
          EXTERNAL_TIMEOUT,
          SOCKET_ERROR -> {
        String words = result.status().text();
        yield CheckResult.of(CheckStatus.LAYER4_PASSED, "")
            .warning(
                "the agent at port "
                    + settings.agentPort()
                    + " cannot be asked: "
                    + (result.info().isEmpty() ? words : words + ", " + result.info()));
      }
    };
  }

  private Duration taken(long started) {
    return Duration.ofNanos(context.ticker().nanos() - started);
  }

  private final class Question implements ProbeDialogue {
    @Override
    public ProbeMove opened(Optional<ProbePeer> peer) {
      return settings.send().map(ProbeMove::say).orElse(ProbeMove.LISTEN);
    }

    @Override
    public ProbeMove heard(ProbeHearing hearing) {
      String text = hearing.text();
      if (text.isEmpty() || (text.indexOf('\n') < 0 && !hearing.over())) {
        return ProbeMove.LISTEN;
      }
      AgentWords words = AgentWords.read(text);
      boolean down = !words.up().orElse(true);
      return new ProbeMove.Finish(
          CheckResult.of(
                  down ? CheckStatus.LAYER7_WRONG_STATUS : CheckStatus.LAYER7_PASSED,
                  "via agent: " + words.said())
              .warning(
                  words.unknown().isEmpty()
                      ? ""
                      : "the agent's words are not known: " + String.join(" ", words.unknown()))
              .advising(Optional.of(words.advice())));
    }
  }
}
