package io.sallyport.plugins.health.tls;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Passes when TLS is agreed with the service's real name; says nothing more. */
record TlsCheck(TlsSettings settings, HealthCheckContext context) implements HealthCheck {
  @Override
  public CompletionStage<CheckResult> check(CheckTarget target) {
    ProbeRequest request =
        new ProbeRequest(
            target.address(),
            target.timeout(),
            ProbeRequest.USUAL_BYTES,
            Optional.of(settings.tls(target, List.of())));
    return context.connector().converse(request, new Handshake());
  }

  private final class Handshake implements ProbeDialogue {
    @Override
    public ProbeMove opened(Optional<ProbePeer> peer) {
      ProbePeer there = peer.orElseThrow();
      String warning =
          CertificateTerm.warning(there, context.clock().instant(), settings.expiryWarning());
      return new ProbeMove.Finish(
          CheckResult.of(CheckStatus.LAYER6_PASSED, CertificateTerm.words(there)).warning(warning));
    }

    @Override
    public ProbeMove heard(ProbeHearing hearing) {
      return ProbeMove.LISTEN;
    }
  }
}
