package io.sallyport.plugins.health.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.api.health.CheckResult;
import io.sallyport.api.health.CheckStatus;
import io.sallyport.api.health.HealthCheckContext;
import io.sallyport.api.health.ProbeConnector;
import io.sallyport.plugins.health.Peer;
import io.sallyport.plugins.health.Probing;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandCheckTest {
  private final Probing probing = new Probing();

  @AfterEach
  void close() {
    probing.close();
  }

  private CheckResult shell(String script, Duration timeout, String... more) {
    java.util.ArrayList<String> command =
        new java.util.ArrayList<>(List.of("/bin/sh", "-c", script, "check"));
    command.addAll(List.of(more));
    return probing.probe(
        new CommandCheckFactory(), new CommandSettings(command), Peer.at(4443), timeout);
  }

  @Test
  void commandIsToldWhatToProbeAndNothingElse() {
    CheckResult result =
        shell(
            "echo first; echo $1 $2 $HAPROXY_SERVER_NAME $HAPROXY_PROXY_NAME"
                + " $HAPROXY_SERVER_ADDR:$HAPROXY_SERVER_PORT home=$HOME",
            Duration.ofSeconds(10),
            "{address}",
            "{service}/{endpoint}:{port}");

    assertThat(result.status()).isEqualTo(CheckStatus.EXTERNAL_PASSED);
    assertThat(result.status().text()).isEqualTo("External check passed");
    assertThat(result.code()).hasValue(0);
    assertThat(result.info()).isEqualTo("127.0.0.1 icr/z1:4443 z1 icr 127.0.0.1:4443 home=");
  }

  @Test
  void anotherCodeFailsWithItsLastLine() {
    CheckResult result = shell("echo it is ill >&2; exit 3", Duration.ofSeconds(10));

    assertThat(result.status()).isEqualTo(CheckStatus.EXTERNAL_FAILED);
    assertThat(result.code()).hasValue(3);
    assertThat(result.info()).isEqualTo("it is ill");
  }

  @Test
  void commandThatTakesTooLongIsKilledWithItsChildren() {
    String mark = "sleep 97." + ProcessHandle.current().pid();
    CheckResult result =
        shell("echo begun; " + mark + " & " + mark + "; echo done", Duration.ofSeconds(3));

    assertThat(result.status()).isEqualTo(CheckStatus.EXTERNAL_TIMEOUT);
    assertThat(result.info()).isEqualTo("begun");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(
                    ProcessHandle.allProcesses()
                        .filter(ProcessHandle::isAlive)
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(line -> line.contains(mark)))
                .isEmpty());
  }

  @Test
  void whatACommandLeavesRunningDoesNotHoldTheProbe() {
    CheckResult result = shell("sleep 20 & echo ok", Duration.ofSeconds(30));

    assertThat(result.status()).isEqualTo(CheckStatus.EXTERNAL_PASSED);
    assertThat(result.duration()).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void floodOfOutputIsBounded() {
    CheckResult result =
        shell("head -c 5000000 /dev/zero | tr '\\\\0' x; exit 0", Duration.ofSeconds(20));

    assertThat(result.status()).isEqualTo(CheckStatus.EXTERNAL_PASSED);
    assertThat(result.info()).hasSize(200);
  }

  @Test
  void missingProgramIsASocketError() {
    CheckResult result =
        probing.probe(
            new CommandCheckFactory(),
            new CommandSettings(List.of("/nonexistent/check")),
            Peer.at(1));

    assertThat(result.status()).isEqualTo(CheckStatus.SOCKET_ERROR);
    assertThat(result.info()).contains("/nonexistent/check");
  }

  @Test
  void nodeThatDoesNotAllowItMakesNoCheck() {
    ProbeConnector nobody =
        (ProbeConnector)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ProbeConnector.class},
                (proxy, method, arguments) -> null);
    HealthCheckContext context =
        new HealthCheckContext(nobody, Optional.empty(), System::nanoTime, InstantSource.system());

    assertThatThrownBy(() ->
            new CommandCheckFactory().create(new CommandSettings(List.of("/bin/true")), context))
        .hasMessage(
            "this node runs no commands for checks; its owner can allow them with"
                + " external-commands = allow");
  }
}
