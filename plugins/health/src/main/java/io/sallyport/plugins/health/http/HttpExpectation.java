package io.sallyport.plugins.health.http;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.plugins.health.answer.Sought;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an answer must be like. The words of failures are HAProxy's. */
record HttpExpectation(StatusRanges statuses, List<Sought> wanted, List<Sought> unwanted) {
  static HttpExpectation of(HttpSettings settings) {
    return new HttpExpectation(
        StatusRanges.of(settings.status()).orElseThrow(),
        sought(settings.body(), settings.bodyRegex()),
        sought(settings.unwantedBody(), settings.unwantedBodyRegex()));
  }

  private static List<Sought> sought(Optional<String> text, Optional<String> regex) {
    return Stream.concat(text.map(Sought::text).stream(), regex.map(Sought::regex).stream())
        .toList();
  }

  /**
   * The verdict on an answer; empty when more must come.
   *
   * @param over whether nothing more will
   */
  Optional<CheckResult> verdict(HttpAnswer.Head head, boolean over) {
    if (!statuses.hold(head.status())) {
      return said(CheckStatus.LAYER7_WRONG_STATUS, head, head.reason());
    }
    boolean last = head.whole() || over;
    for (Sought unwelcome : unwanted) {
      if (unwelcome.in(head.body())) {
        return said(
            CheckStatus.LAYER7_INVALID_RESPONSE, head, "HTTP check matched unwanted content");
      }
    }
    for (Sought sought : wanted) {
      if (!sought.in(head.body())) {
        return last
            ? said(
                CheckStatus.LAYER7_INVALID_RESPONSE,
                head,
                head.body().isEmpty()
                    ? "HTTP content check could not find a response body"
                    : "HTTP content check did not match")
            : Optional.empty();
      }
    }
    return unwanted.isEmpty() || last
        ? said(CheckStatus.LAYER7_PASSED, head, head.reason())
        : Optional.empty();
  }

  private static Optional<CheckResult> said(CheckStatus status, HttpAnswer.Head head, String info) {
    return Optional.of(CheckResult.of(status, head.status(), info));
  }
}
