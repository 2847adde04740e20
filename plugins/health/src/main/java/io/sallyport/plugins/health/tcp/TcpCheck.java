package io.sallyport.plugins.health.tcp;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.api.health.ProbeOutcome;
import java.util.concurrent.CompletionStage;

/** Passes when the endpoint accepts a connection; says nothing on it and closes it by RST. */
record TcpCheck(ProbeConnector connector) implements HealthCheck {
  @Override
  public CompletionStage<CheckResult> check(CheckTarget target) {
    return connector.connect(target.address(), target.timeout()).thenApply(TcpCheck::result);
  }

  private static CheckResult result(ProbeOutcome outcome) {
    return switch (outcome) {
      case ProbeOutcome.Connected(var taken) ->
          CheckResult.of(CheckStatus.LAYER4_PASSED, taken, "");
      case ProbeOutcome.Refused(var taken, var info) ->
          CheckResult.of(CheckStatus.LAYER4_CONNECTION_PROBLEM, taken, info);
      case ProbeOutcome.TimedOut(var taken) ->
          CheckResult.of(CheckStatus.LAYER4_TIMEOUT, taken, "");
      case ProbeOutcome.Unable(var taken, var info) ->
          CheckResult.of(CheckStatus.SOCKET_ERROR, taken, info);
    };
  }
}
