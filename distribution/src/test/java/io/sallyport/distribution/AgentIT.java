package io.sallyport.distribution;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.distribution.json.RecordJson;
import io.sallyport.distribution.status.AgentStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport agent} of the real distribution, with a real control plane and certificates. */
@Timeout(600)
class AgentIT {
  private static final String ADDRESS = "127.20.37.7";

  @TempDir private Path directory;

  private final Installation installation = Installation.built();
  private final List<Process> started = new ArrayList<>();
  private ServerSocket endpoint;
  private Path trial;
  private int port;
  private int admin;
  private int listen;

  @BeforeEach
  void surroundings() throws Exception {
    trial = directory.resolve("trial");
    port = freePort();
    admin = freePort();
    listen = freePort();
    endpoint = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::serve);
    var made =
        installation.run(
            "control",
            "init",
            "--directory",
            trial.toString(),
            "--host",
            "127.0.0.1",
            "--port",
            String.valueOf(port),
            "--node",
            "n1",
            "--operator",
            "ann:admin");
    assertThat(made.exitCode()).as(made.errors()).isZero();
    Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
    endpoint.close();
  }

  @Test
  void servesWhatTheControlPlaneSaysAndGoesOnWithoutIt() throws Exception {
    Process control = control();
    Process agent = agent();
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> status().node() != null);
    apply("one");
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(this::answers);
    eventually().until(() -> status().catalog().state().equals("connected"));
    assertThat(status().catalog().fromLastGood()).isFalse();
    // It answers a little before its name is published.
    eventually().until(() -> Files.readString(directory.resolve("hosts")).contains("one.test"));
    eventually().until(() -> status().wrong().isEmpty());
    eventually().until(() -> Files.exists(directory.resolve("state/control-snapshot")));

    control.destroyForcibly().waitFor();
    eventually().until(() -> status().catalog().state().equals("disconnected"));
    assertThat(answers()).isTrue();
    agent.destroy();
    assertThat(agent.waitFor(60, SECONDS)).isTrue();
    assertThat(agent.exitValue()).as(log()).isZero();

    agent();
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(this::answers);
    assertThat(status().catalog().fromLastGood()).isTrue();
    // It may serve before it has failed to connect, and before all of its parts are ready.
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(status().wrong())
              .anyMatch(wrong -> wrong.startsWith("catalog: not connected: "));
          assertThat(page("/ready").statusCode()).isEqualTo(200);
        });
    assertThat(page("/metrics").body())
        .contains("sallyport_catalog_connected 0.0", "sallyport_catalog_from_disk 1.0");

    control();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(status().catalog().fromLastGood()).isFalse();
          assertThat(status().wrong()).isEmpty();
        });
    assertThat(answers()).isTrue();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private boolean answers() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(ADDRESS, listen), 3_000);
      socket.setSoTimeout(5_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
          .equals("hello");
    }
  }

  private void apply(String service) throws Exception {
    Path catalog =
        Files.writeString(
            directory.resolve("catalog.conf"),
            "services.%1$s { address = \"%2$s\", names = [%1$s.test], ports = [%3$d], endpoints = [\"127.0.0.1:%4$d\"] }\n"
                .formatted(service, ADDRESS, listen, endpoint.getLocalPort()));
    var applied =
        installation.run(
            "catalog",
            "apply",
            catalog.toString(),
            "--client",
            trial.resolve("operator-ann.conf").toString(),
            "--yes");
    assertThat(applied.exitCode()).as(applied.errors() + applied.output()).isZero();
  }

  private Process control() throws IOException {
    return start("control", "control", "--config", trial.resolve("control.conf").toString());
  }

  private Process agent() throws IOException {
    return start(
        "agent",
        "agent",
        "--config",
        trial.resolve("node-n1.conf").toString(),
        "--set",
        "admin.address=127.0.0.1:" + admin,
        "--set",
        "state-directory=" + directory.resolve("state"),
        "--set",
        "injectors.loopback.enabled=false",
        "--set",
        "injectors.hosts-file.path=" + directory.resolve("hosts"),
        "--set",
        "control.reconnect.most=1s",
        "--set",
        "stop-drain=1s");
  }

  private Process start(String log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(installation.launcher().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(log + ".log").toFile()));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("agent.log"));
  }

  private AgentStatus status() throws Exception {
    return RecordJson.read(page("/status").body(), AgentStatus.class);
  }

  private HttpResponse<String> page(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private void serve() {
    while (!endpoint.isClosed()) {
      try (Socket socket = endpoint.accept()) {
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException closedOrProbe) {
        // The loop's condition ends it.
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
