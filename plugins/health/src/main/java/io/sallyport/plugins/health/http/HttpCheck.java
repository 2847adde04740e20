package io.sallyport.plugins.health.http;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.ProbePeer;
import io.sallyport.api.health.ProbeRequest;
import io.sallyport.api.health.ProbeTls;
import io.sallyport.plugins.health.tls.CertificateTerm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Passes when the endpoint answers one request as expected. */
record HttpCheck(HttpSettings settings, HttpExpectation expectation, HealthCheckContext context)
    implements HealthCheck {
  private static final List<String> PROTOCOLS = List.of("http/1.1");

  @Override
  public CompletionStage<CheckResult> check(CheckTarget target) {
    Optional<ProbeTls> tls = settings.tls().map(own -> own.tls(target, PROTOCOLS));
    return context
        .connector()
        .converse(
            new ProbeRequest(target.address(), target.timeout(), settings.mostBytes(), tls),
            new HttpDialogue(
                expectation, request(target), settings.method().equals("HEAD"), this::warning));
  }

  private String warning(ProbePeer peer) {
    return settings
        .tls()
        .map(tls -> CertificateTerm.warning(peer, context.clock().instant(), tls.expiryWarning()))
        .orElse("");
  }

  private byte[] request(CheckTarget target) {
    StringBuilder head = new StringBuilder();
    head.append(settings.method()).append(' ').append(settings.path()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(settings.host().orElseGet(target::realName)).append("\r\n");
    head.append("User-Agent: sallyport\r\nAccept: */*\r\nConnection: close\r\n");
    settings.headers().forEach(header -> head.append(header).append("\r\n"));
    byte[] body = settings.requestBody().orElse("").getBytes(StandardCharsets.UTF_8);
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    byte[] whole = new byte[start.length + body.length];
    System.arraycopy(start, 0, whole, 0, start.length);
    System.arraycopy(body, 0, whole, start.length, body.length);
    return whole;
  }
}
