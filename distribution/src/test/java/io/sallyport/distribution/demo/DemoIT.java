package io.sallyport.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo of the real distribution. */
class DemoIT {
  private static final long PATIENCE = 240;

  /**
   * Long enough for what follows a scene to be seen before the next one, also on a slow machine.
   */
  private static final String LENGTH = "30s";

  @TempDir private Path directory;

  @Test
  void demoEndsByItselfWithEveryRequestAnswered() throws Exception {
    List<String> lines = demo("--for", LENGTH, "--plain");
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).endsWith(" ! z2 dies: it refuses every connect"))
        .anySatisfy(line -> assertThat(line).contains("z2 is avoided by all new sessions, "))
        .anySatisfy(line -> assertThat(line).contains("z2 gets its share of sessions again, "))
        .anySatisfy(line -> assertThat(line).contains("z3 is avoided by all new sessions, "))
        .anySatisfy(line -> assertThat(line).contains("z3 gets its share of sessions again, "))
        .anySatisfy(line -> assertThat(line).contains("jp2.icr.io stands in the hosts file"))
        .anySatisfy(line -> assertThat(line).contains("by public name, TLS verified: 0 failed"))
        .anySatisfy(line -> assertThat(line).contains("byte for byte as it was"))
        .noneSatisfy(line -> assertThat(line).contains("\u001b"));
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void oneRequestThatFailsIsToldAndMakesTheExitCodeOne() throws Exception {
    Process demo = start("--for", LENGTH, "--plain");
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(said()).contains("jp2.icr.io stands in the hosts file"));
    Path hosts = Path.of(told("The node's hosts file: "));
    // Somebody takes the node's names away. It puts them back within a second or so.
    List<String> foreign =
        Files.readAllLines(hosts).stream().filter(line -> !line.contains("# sallyport:")).toList();
    Files.write(hosts, foreign);

    assertThat(end(demo)).as(said()).isEqualTo(1);

    assertThat(said())
        .containsPattern("by public name, TLS verified: [1-9][0-9,]* failed")
        .containsPattern("failed: .* is not in the hosts file")
        .contains("byte for byte as it was");
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
  }

  /** Runs it with a temporary folder of its own; it must end with code 0. */
  private List<String> demo(String... arguments) throws IOException, InterruptedException {
    int code = end(start(arguments));
    assertThat(code).as(said()).isZero();
    return said().lines().toList();
  }

  private Process start(String... arguments) throws IOException {
    Path launcher = Path.of(System.getProperty("sallyport.home"), "bin", "sallyport");
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "demo").redirectErrorStream(true);
    builder.command().addAll(List.of(arguments));
    builder
        .environment()
        .putAll(Map.of("SALLYPORT_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary, "NO_COLOR", ""));
    Process process = builder.redirectOutput(directory.resolve("output").toFile()).start();
    process.getOutputStream().close();
    return process;
  }

  private static int end(Process demo) throws InterruptedException {
    if (!demo.waitFor(PATIENCE, TimeUnit.SECONDS)) {
      demo.destroyForcibly();
    }
    return demo.waitFor();
  }

  private String said() throws IOException {
    return Files.readString(directory.resolve("output"), StandardCharsets.UTF_8);
  }

  private String told(String what) throws IOException {
    return said()
        .lines()
        .filter(line -> line.startsWith(what))
        .findFirst()
        .map(line -> line.substring(what.length()))
        .orElseThrow();
  }
}
