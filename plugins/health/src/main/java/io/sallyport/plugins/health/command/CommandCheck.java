package io.sallyport.plugins.health.command;

import io.sallyport.api.catalog.Addresses;
import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.CheckTarget;
import io.sallyport.api.health.HealthCheck;
import io.sallyport.api.health.ProbeCommands;
import io.sallyport.api.plugin.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Passes when a command ends with 0 in time. Its last line of output is told. */
record CommandCheck(List<String> command, ProbeCommands commands, Ticker ticker)
    implements HealthCheck {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int MOST_OUTPUT = 16 * 1024;
  private static final int LONGEST_INFO = 200;

  @Override
  public CompletionStage<CheckResult> check(CheckTarget target) {
    long started = ticker.nanos();
    String address = Addresses.text(target.address().getAddress());
    String port = String.valueOf(target.address().getPort());
    List<String> words =
        command.stream()
            .map(word ->
                word.replace("{address}", address)
                    .replace("{port}", port)
                    .replace("{endpoint}", target.endpoint())
                    .replace("{service}", target.service()))
            .toList();
    // HAProxy's names, for the scripts that exist.
    Map<String, String> environment =
        Map.of(
            "PATH", PATH,
            "HAPROXY_PROXY_NAME", target.service(),
            "HAPROXY_SERVER_NAME", target.endpoint(),
            "HAPROXY_SERVER_ADDR", address,
            "HAPROXY_SERVER_PORT", port);
    return commands
        .run(words, environment, target.timeout(), MOST_OUTPUT)
        .thenApply(outcome -> result(outcome).taking(Duration.ofNanos(ticker.nanos() - started)));
  }

  private static CheckResult result(ProbeCommands.Outcome outcome) {
    return switch (outcome) {
      case ProbeCommands.Outcome.Ended(int code, String output) ->
          CheckResult.of(
              code == 0 ? CheckStatus.EXTERNAL_PASSED : CheckStatus.EXTERNAL_FAILED,
              code,
              lastLine(output));
      case ProbeCommands.Outcome.TimedOut(String output) ->
          CheckResult.of(CheckStatus.EXTERNAL_TIMEOUT, lastLine(output));
      case ProbeCommands.Outcome.Unable(String reason) ->
          CheckResult.of(CheckStatus.SOCKET_ERROR, reason);
    };
  }

  private static String lastLine(String output) {
    String last =
        output.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line).strip();
    String readable = last.replaceAll("\\p{Cntrl}", "?");
    return readable.length() <= LONGEST_INFO ? readable : readable.substring(0, LONGEST_INFO);
  }
}
