package io.sallyport.distribution;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sallyport control} of the real distribution. */
@Timeout(400)
class ControlIT {
  @TempDir private Path directory;

  private final Installation installation = Installation.built();
  private final List<Process> started = new ArrayList<>();
  private int admin;
  private int port;
  private Path config;

  @BeforeEach
  void surroundings() throws Exception {
    admin = freePort();
    port = freePort();
    config =
        Files.writeString(
            directory.resolve("control.conf"),
            "insecure = true\nlisten = \"127.0.0.1:%d\"\nadmin.address = \"127.0.0.1:%d\"\nstate-directory = \"%s\"\nstop-over = 1s\n"
                .formatted(port, admin, directory.resolve("state")));
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private Process control(String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(installation.launcher().toString());
    command.addAll(List.of("control", "--config", config.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .redirectError(directory.resolve("err").toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  private HttpResponse<String> page(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private void awaitReady() {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> page("/ready").statusCode() == 200);
  }

  @Test
  void servesTellsAndStopsInGoodOrder() throws Exception {
    Process control = control();
    awaitReady();
    assertThat(page("/metrics").body())
        .contains("sallyport_control_catalog_resources 0.0", "sallyport_control_rollout_under_way");
    assertThat(page("/status").statusCode()).isEqualTo(404);
    assertThat(page("/").body()).startsWith("Sallyport control plane.");

    control.destroy();
    assertThat(control.waitFor(60, SECONDS)).isTrue();
    assertThat(control.exitValue()).as(log()).isZero();
    assertThat(log())
        .contains(
            "control plane starts",
            "control plane serves address=127.0.0.1:" + port,
            "control plane stops signal=SIGTERM",
            "control plane has stopped in_order=true");
    assertThat(Files.readString(directory.resolve("err"))).isEmpty();
  }

  @Test
  void startsAgainAfterAKillAndKeepsASecondOneOut() throws Exception {
    Process killed = control();
    awaitReady();
    Process second = control();
    assertThat(second.waitFor(60, SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("err")))
        .isEqualTo(
            "sallyport: the state directory "
                + directory.resolve("state")
                + " is in use by another control plane, process "
                + killed.pid()
                + "; stop that one, or give this one a state-directory of its own\n");
    killed.destroyForcibly().waitFor();

    control();
    awaitReady();
  }

  @Test
  void theCatalogCanBeInEtcd() throws Exception {
    boolean installed =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
    String missing = "etcd is not installed; .ci/install-peers installs it";
    if ("true".equals(System.getenv("CI"))) {
      assertThat(installed).as(missing).isTrue();
    }
    assumeTrue(installed, missing);
    String clients = "http://127.0.0.1:" + freePort();
    String peers = "http://127.0.0.1:" + freePort();
    Process etcd =
        new ProcessBuilder(
                "etcd",
                "--name=only",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=only=" + peers)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    started.add(etcd);
    Process control =
        control("--set", "store.type=etcd", "--set", "store.etcd.endpoints=[\"" + clients + "\"]");
    awaitReady();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> page("/metrics").body().contains("sallyport_control_store_up 1.0"));

    control.destroy();
    assertThat(control.waitFor(60, SECONDS)).isTrue();
    assertThat(control.exitValue()).as(log()).isZero();
    assertThat(Files.readString(directory.resolve("err"))).isEmpty();
  }

  @Test
  void badSettingsAreToldWithTheirPlace() throws Exception {
    Files.writeString(config, "insecure = true\n");
    Installation.Outcome outcome =
        installation.run("control", "--config", config.toString(), "--set", "lissten=x");

    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.errors())
        .contains("insecure", "listen on a loopback address", "--set lissten=x", "unknown key")
        .endsWith("sallyport: the settings were refused\n");
  }
}
