package io.sallyport.distribution.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand reloads under traffic, with the real plugins, in a network namespace whose loopback
 * the node may fill with addresses.
 */
class ReloadsIT {
  private static final int RELOADS = Integer.getInteger("sallyport.reloads", 10_000);
  private static final long PATIENCE_MINUTES = 30;

  @TempDir private Path directory;

  @Test
  void reloadsTouchNothingThatTheyDoNotConcernAndLeaveNothingBehind() throws Exception {
    required();
    Path log = directory.resolve("output");
    Process run =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = run.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      run.destroyForcibly().waitFor();
    }
    String output = Files.readString(log);
    System.out.println(output);
    assertThat(ended).as("ended within %d minutes: %s", PATIENCE_MINUTES, output).isTrue();
    assertThat(run.exitValue()).as(output).isZero();
    assertThat(output).contains(RELOADS + " reloads", ", 0 failed", "nothing was left behind");
  }

  private List<String> command() throws IOException {
    List<String> command = new ArrayList<>(List.of("unshare", "--net", "sh", "-c"));
    command.addAll(List.of("ip link set lo up && exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(ReloadRun.class.getName());
    command.add(Files.createDirectory(directory.resolve("run")).toString());
    command.add(Integer.toString(RELOADS));
    return command;
  }

  /** Skips the test where it cannot run, and fails it there in CI. */
  private static void required() throws IOException, InterruptedException {
    Optional<String> missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    String message = "network namespaces need root, unshare and iproute2: " + missing.get();
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(message);
    }
    System.out.println("SKIPPED: " + message);
    Assumptions.abort(message);
  }

  private static Optional<String> missing() throws IOException, InterruptedException {
    try {
      Process trial =
          new ProcessBuilder("unshare", "--net", "ip", "link", "set", "lo", "up")
              .redirectErrorStream(true)
              .start();
      String output = new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return trial.waitFor() == 0 ? Optional.empty() : Optional.of(output.strip());
    } catch (IOException noSuchProgram) {
      return Optional.of(String.valueOf(noSuchProgram.getMessage()));
    }
  }
}
