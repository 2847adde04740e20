package io.sallyport.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands of the real distribution, against its control plane. */
@Timeout(600)
class OperatorIT {
  private static final String CATALOG =
      """
      services {
        icr {
          names = [icr.io]
          address = 127.20.0.1
          ports = [443]
          endpoints = [{ host = 10.1.0.1, zone = z1 }, { host = 10.2.0.1, zone = z2 }]
        }
      }
      """;

  @TempDir private Path directory;
  private final Installation installation = Installation.built();
  private int port;
  private Process control;

  @BeforeEach
  void begin() throws Exception {
    port = freePort();
    Path config =
        Files.writeString(
            directory.resolve("control.conf"),
            """
            insecure = true
            listen = "127.0.0.1:%d"
            admin.address = "127.0.0.1:%d"
            state-directory = "%s"
            """
                .formatted(port, freePort(), directory.resolve("state")));
    ProcessBuilder builder =
        new ProcessBuilder(
                installation.launcher().toString(), "control", "--config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    control = builder.start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(directory.resolve("log")).contains("control plane serves"));
  }

  @AfterEach
  void end() throws Exception {
    control.destroyForcibly().waitFor();
  }

  @Test
  void anOperatorsDay() throws Exception {
    Path catalog = Files.writeString(directory.resolve("catalog.conf"), CATALOG);

    Installation.Outcome applied = run("catalog", "apply", catalog.toString());
    assertThat(applied.exitCode()).as("%s", applied).isZero();
    assertThat(applied.output())
        .contains("+ icr\n", "    + names = [icr.io]\n")
        .contains("    + port 443 to 10.2.0.1:443, zone z2\n")
        .contains("1 added, 0 changed, 0 removed\napplied as revision ");
    assertThat(applied.errors()).isEmpty();

    Installation.Outcome shown = run("catalog", "show");
    assertThat(shown.output()).contains("icr {", "address = 127.20.0.1");
    Files.writeString(catalog, shown.output().replace("10.2.0.1", "10.2.0.9"));
    assertThat(installation.run("catalog", "validate", catalog.toString()).output())
        .isEqualTo("valid: 1 service, 1 port\n");

    Installation.Outcome different = run("catalog", "diff", catalog.toString());
    assertThat(different.output())
        .contains(
            """
            ~ icr
                - port 443 to 10.2.0.1:443, zone z2
                + port 443 to 10.2.0.9:443, zone z2
            """);

    Installation.Outcome begun =
        run("rollout", "start", catalog.toString(), "--stages", "5%", "--quiet", "0s");
    assertThat(begun.exitCode()).as("%s", begun).isZero();
    assertThat(run("catalog", "rollback", "1").errors()).contains(" is under way");
    // It cannot be before its change is written.
    await().atMost(Duration.ofSeconds(60)).until(() -> run("rollout", "abort").exitCode() == 0);
    Installation.Outcome ended = run("rollout", "watch", "--json");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output().lines().toList().getLast())
        .contains("\"state\":\"aborted\"", "\"reason\":\"aborted by ");

    assertThat(run("catalog", "history").output().lines()).hasSize(4);
    assertThat(run("catalog", "rollback", "2").output())
        .contains("    + port 443 to 10.2.0.9:443, zone z2\n", "rolled back to ");
    assertThat(run("nodes").output()).isEqualTo("no node has ever attached\n");
    assertThat(run("nodes", "--json").output()).isEqualTo("{\"nodes\":[]}\n");
  }

  private Installation.Outcome run(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--control", "127.0.0.1:" + port, "--insecure"));
    return installation.run(all.toArray(String[]::new));
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
