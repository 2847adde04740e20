package io.sallyport.distribution.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo of the real distribution. */
class DemoIT {
  private static final long PATIENCE = 90;

  @TempDir private Path directory;

  @Test
  void demoEndsByItselfWithEveryRequestAnswered() throws Exception {
    List<String> lines = demo("--for", "12s", "--plain");
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

  /** Runs it with a temporary folder of its own; it must end with code 0. */
  private List<String> demo(String... arguments) throws IOException, InterruptedException {
    Path launcher = Path.of(System.getProperty("sallyport.home"), "bin", "sallyport");
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(launcher.toString(), "demo").redirectErrorStream(true);
    builder.command().addAll(List.of(arguments));
    builder
        .environment()
        .putAll(Map.of("SALLYPORT_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary, "NO_COLOR", ""));
    Process process = builder.redirectOutput(output.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }
}
