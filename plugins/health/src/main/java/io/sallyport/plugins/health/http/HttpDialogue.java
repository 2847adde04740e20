package io.sallyport.plugins.health.http;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.ProbeDialogue;
import io.sallyport.api.health.ProbeHearing;
import io.sallyport.api.health.ProbeMove;
import io.sallyport.api.health.ProbePeer;
import java.util.Optional;
import java.util.function.Function;

/** One request and its answer. */
final class HttpDialogue implements ProbeDialogue {
  private final HttpExpectation expectation;
  private final byte[] request;
  private final boolean bodiless;
  private final Function<ProbePeer, String> warning;
  private String warned = "";

  /**
   * Makes a dialogue.
   *
   * @param bodiless whether the request's method allows no body
   * @param warning what to warn of where TLS was agreed
   */
  HttpDialogue(
      HttpExpectation expectation,
      byte[] request,
      boolean bodiless,
      Function<ProbePeer, String> warning) {
    this.expectation = expectation;
    this.request = request.clone();
    this.bodiless = bodiless;
    this.warning = warning;
  }

  @Override
  public ProbeMove opened(Optional<ProbePeer> peer) {
    warned = peer.map(warning).orElse("");
    return ProbeMove.say(request);
  }

  @Override
  public ProbeMove heard(ProbeHearing hearing) {
    return switch (HttpAnswer.read(hearing.text(), hearing.over(), bodiless)) {
      case HttpAnswer.Partial() -> ProbeMove.LISTEN;
      case HttpAnswer.Broken(String reason) ->
          finish(CheckResult.of(CheckStatus.LAYER7_INVALID_RESPONSE, reason));
      case HttpAnswer.Head head ->
          expectation.verdict(head, hearing.over()).map(this::finish).orElse(ProbeMove.LISTEN);
    };
  }

  private ProbeMove finish(CheckResult result) {
    return new ProbeMove.Finish(result.warning(warned));
  }
}
