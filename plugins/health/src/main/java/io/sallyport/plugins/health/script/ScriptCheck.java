package io.sallyport.plugins.health.script;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.api.health.ProbeTls;
import io.sallyport.plugins.health.script.Script.Round;
import io.sallyport.plugins.health.tls.CertificateTerm;
import io.sallyport.plugins.health.tls.TlsSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Passes when every round of a script does, one after the other, all within the probe's time. */
record ScriptCheck(ScriptSettings settings, Script script, HealthCheckContext context)
    implements HealthCheck {
  @Override
  public CompletionStage<CheckResult> check(CheckTarget target) {
    return round(target, 0, context.ticker().nanos(), "");
  }

  private CompletionStage<CheckResult> round(
      CheckTarget target, int index, long started, String warning) {
    Round round = script.rounds().get(index);
    Duration taken = Duration.ofNanos(context.ticker().nanos() - started);
    Duration left = target.timeout().minus(taken);
    int port = round.place().port().orElse(target.address().getPort());
    if (!left.isPositive()) {
      return CompletableFuture.completedFuture(
          CheckResult.of(CheckStatus.LAYER4_TIMEOUT, taken, connecting(round, port)));
    }
    InetSocketAddress address = target.at(port);
    Optional<ProbeTls> tls = round.place().tls().map(own -> own.tls(target, List.of()));
    ScriptDialogue dialogue = new ScriptDialogue(round, peer -> warning(round, peer));
    return context
        .connector()
        .converse(new ProbeRequest(address, left, settings.mostBytes(), tls), dialogue)
        .thenCompose(result -> {
          CheckResult whole = located(result, round, dialogue, port);
          String warned = whole.warning().isEmpty() ? warning : whole.warning();
          return whole.status().passed() && index + 1 < script.rounds().size()
              ? round(target, index + 1, started, warned)
              : CompletableFuture.completedFuture(
                  whole
                      .warning(warned)
                      .taking(Duration.ofNanos(context.ticker().nanos() - started)));
        });
  }

  /** Says at which step a round ended that did not come to its end. */
  private static CheckResult located(
      CheckResult result, Round round, ScriptDialogue dialogue, int port) {
    String place =
        switch (result.status()) {
          case LAYER4_TIMEOUT, LAYER4_CONNECTION_PROBLEM, LAYER6_TIMEOUT, LAYER6_INVALID_RESPONSE ->
              connecting(round, port);
          case LAYER7_TIMEOUT -> dialogue.place();
          case LAYER7_INVALID_RESPONSE ->
              result.info().startsWith("TCPCHK ") ? "" : dialogue.place();
          case LAYER4_PASSED,
              LAYER6_PASSED,
              LAYER7_PASSED,
              LAYER7_WRONG_STATUS,
              EXTERNAL_PASSED,
              EXTERNAL_FAILED,
              EXTERNAL_TIMEOUT,
              SOCKET_ERROR ->
              "";
        };
    String info =
        result.info().isEmpty() || place.isEmpty()
            ? result.info() + place
            : result.info() + " " + place;
    return new CheckResult(
        result.status(), result.duration(), result.code(), info, result.warning(), result.advice());
  }

  private static String connecting(Round round, int port) {
    return "at step "
        + round.number()
        + " of tcp-check (connect port "
        + port
        + ")"
        + ScriptDialogue.commented(round.comment());
  }

  private String warning(Round round, ProbePeer peer) {
    Duration ahead = round.place().tls().map(TlsSettings::expiryWarning).orElse(Duration.ZERO);
    return CertificateTerm.warning(peer, context.clock().instant(), ahead);
  }
}
